"""One period from 数据截止 to 通报: its steps, the ledger, appeals, freezing, verifying, the year's
awards. What people did stands in data/journal/log.py; here is what it amounts to."""
