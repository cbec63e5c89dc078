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
            st.Page("pages/comparison.py", title="同比环比"),
            st.Page("pages/trends.py", title="趋势"),
            st.Page("pages/clearance.py", title="破案"),
            st.Page("pages/fairness.py", title="公平比较"),
            st.Page("pages/village_map.py", title="平安地图"),
            st.Page("pages/hours.py", title="警力与时段"),
        ],
        "政治处": [
            st.Page("pages/assessment.py", title="考核"),
            st.Page("pages/scheme.py", title="考核方案"),
            st.Page("pages/checks.py", title="数据核查"),
            st.Page("pages/ledger.py", title="申诉与台账"),
            st.Page("pages/reports.py", title="文件"),
        ],
        "数据": [
            st.Page("pages/intake.py", title="数据接入"),
        ],
        "大屏": [
            st.Page("pages/wall.py", title="大屏", visibility="hidden"),
        ],
    },
    position="top",
).run()
