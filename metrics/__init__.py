"""NUMBERS: what it amounts to. Connection in, Arrow or dataclass out; never imports streamlit."""
