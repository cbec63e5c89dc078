"""文件: which papers can be had of this period?"""

from dataclasses import replace

import streamlit as st

from data.environment import config
from metrics.calendar.period import Period
from metrics.documents.dossier import OFFERED
from metrics.documents.material import Material
from metrics.figures import words
from metrics.scheme.scheme import LEVELS, Level
from metrics.wording.definitions import definitions
from metrics.wording.state import state_in_full
from pages.documents.build import Wish, make
from pages.documents.pdf import MISSING, program
from pages.parts import frame
from pages.parts.controls import ControlRow
from pages.parts.document_buttons import document_buttons


def draw() -> None:
    controls = ControlRow("reports", 2, 1.4, 2.6)
    screen, period = controls.screen, controls.period()
    level = controls.level(OFFERED, period=period)
    unit, name = controls.unit(level, period)
    count = len(screen.results.units(level, period))
    controls.headline(
        period,
        f"{period.title}：周例会材料、考核通报、考核数据，"
        f"以及 {words.plain(count)} 个{LEVELS[level]}的档案；"
        f"{state_in_full(screen.results.standing(period))}",
    )
    _papers(screen, period, level)
    _dossiers(screen, period, level, unit.code, name)
    if program() is None:
        frame.reading(MISSING)
    frame.foot(screen, period, definitions("reports"))


def _papers(screen: frame.Screen, period: Period, level: Level) -> None:
    weekly, bulletin = Wish("weekly"), Wish("bulletin")
    for title, wishes in (
        ("周例会材料", [("下载 PPT", weekly), ("下载 PDF", replace(weekly, ending="pdf"))]),
        ("考核通报", [("下载 Word", bulletin), ("下载 PDF", replace(bulletin, ending="pdf"))]),
        (f"考核数据（{LEVELS[level]}）", [("下载 Excel", Wish("table", level))]),
    ):
        st.subheader(title, anchor=False)
        document_buttons(screen, period, wishes, title)


def _dossiers(screen: frame.Screen, period: Period, level: Level, unit: str, name: str) -> None:
    st.subheader(f"档案：{name}", anchor=False)
    word = Wish("dossier", level, unit)
    one = [("下载 Word", word), ("下载 PDF", replace(word, ending="pdf"))]
    document_buttons(screen, period, one, "dossier")
    st.subheader(f"档案：全部{LEVELS[level]}", anchor=False)
    _batch(screen, period, level)


def _batch(screen: frame.Screen, period: Period, level: Level) -> None:
    """Made under a bar, then offered; what was made for another period or level is let go."""
    wish, material = Wish("dossier", level), Material(screen.results, period)
    key = (level, period.text, screen.mark, screen.actor)
    if st.button(f"生成全部{LEVELS[level]}档案（压缩包）", key="batch"):
        bar = st.progress(0.0, "正在生成档案……")

        def progress(unit: str, done: int, total: int) -> None:
            bar.progress(done / total, f"{unit}（{done} ÷ {total}）")

        content = make(material, wish, config().documents, progress)
        bar.empty()
        st.session_state["batch-made"] = key, content
    packed = st.session_state.get("batch-made")
    if packed and packed[0] == key:
        st.download_button(
            f"下载压缩包（{words.plain(len(packed[1]) / 2**20, 1)} MB）",
            data=packed[1],
            file_name=wish.name(material),
            key="batch-download",
            on_click="ignore",
        )
    elif packed:
        del st.session_state["batch-made"]


draw()
