"""The router: the pages of the registry, and nothing else."""

import streamlit as st

from pages.parts.page_registry import navigation

st.set_page_config(page_title="红枫 · 一村（格）一警考核", page_icon="🍁", layout="wide")
navigation().run()
