"""The pages: title, group, right, visibility. The router, every link and the guard look here."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from data.rights import Right

FOLDER = Path(__file__).parents[1]


@dataclass(frozen=True)
class PageEntry:
    """name: of the script `pages/NAME.py`, and the address: Streamlit makes one from the other.

    right   who lacks it gets a sentence instead of the page
    """

    name: str
    title: str
    group: str
    right: Right = "see-units"
    is_home: bool = False
    is_in_menu: bool = True

    @property
    def script(self) -> Path:
        return FOLDER / f"{self.name}.py"

    @property
    def path(self) -> str:
        """Where the server answers; the home page lies at the root."""
        return "/" if self.is_home else f"/{self.name}"


PAGES = {
    page.name: page
    for page in (
        PageEntry("overview", "总览", "领导", is_home=True),
        PageEntry("ranking", "排名", "领导"),
        PageEntry("unit", "单位", "领导"),
        PageEntry("indicator", "指标", "领导"),
        PageEntry("comparison", "同比环比", "研判"),
        PageEntry("trends", "趋势", "研判"),
        PageEntry("clearance", "破案", "研判"),
        PageEntry("fairness", "公平比较", "研判"),
        PageEntry("village_map", "平安地图", "研判"),
        PageEntry("hours", "警力与时段", "研判"),
        PageEntry("assessment", "考核", "政治处", right="see-records"),
        PageEntry("scheme", "考核方案", "政治处"),
        PageEntry("checks", "数据核查", "政治处", right="see-records"),
        PageEntry("ledger", "申诉与台账", "政治处"),
        PageEntry("reports", "文件", "政治处", right="export"),
        PageEntry("intake", "数据接入", "数据"),
        PageEntry("wall", "大屏", "大屏", is_in_menu=False),
    )
}
HOME = next(page for page in PAGES.values() if page.is_home)


def navigation() -> Page:
    """Tell Streamlit the pages; returns the one that is asked for."""
    groups: dict[str, list[Page]] = {}
    for page in PAGES.values():
        groups.setdefault(page.group, []).append(
            st.Page(
                page.script,
                title=page.title,
                default=page.is_home,
                visibility="visible" if page.is_in_menu else "hidden",
            )
        )
    return st.navigation(groups, position="top")
