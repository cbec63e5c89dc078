"""The router: which pages there are, and nothing else."""

import streamlit as st

st.set_page_config(page_title="红枫 · 一村（格）一警考核", page_icon="🍁", layout="wide")
st.navigation(
    {
        "领导": [
            st.Page("pages/overview.py", title="总览", default=True),
            st.Page("pages/ranking.py", title="排名"),
            st.Page("pages/unit.py", title="单位"),
            st.Page("pages/indicator.py", title="指标"),
        ],
        "研判": [
            st.Page("pages/trends.py", title="趋势"),
        ],
        "数据": [
            st.Page("pages/intake.py", title="数据接入"),
        ],
    },
    position="top",
).run()
