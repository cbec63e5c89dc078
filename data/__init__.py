"""RECORDS: what happened. The schema, intake, the journal, its serving copy and the demo city."""

import os

# Arrow's own pool keeps for each thread what it once had: 80 to 110 MiB in a server, with nothing
# in use. The C library's gives it back, and a load takes 40 MiB less and no longer. Arrow reads
# this once, when it is first imported.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
