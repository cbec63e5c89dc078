"""Word, PowerPoint and Excel: what is taken along on paper. Imports no streamlit."""
