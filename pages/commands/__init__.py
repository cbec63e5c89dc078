"""The command line, a room for each family of commands. Imports no streamlit."""
