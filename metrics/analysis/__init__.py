"""ANALYSIS: one question each: compared, over time, by place and hour, cleared how soon."""
