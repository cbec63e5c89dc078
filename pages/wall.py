"""大屏: one idea at a time, for a room. `/wall?embed=true` rotates, `&meeting=1` is 会议模式."""

import time
from dataclasses import replace
from pathlib import Path

import streamlit as st

from data.declared import DeclarationError
from data.playlist import Playlist
from metrics.cells.store import EmptyStore
from pages.parts import frame, page_cache
from pages.parts.clickable import go_to
from pages.parts.markup import render
from pages.parts.theme import style
from pages.parts.wall.boards import WALL, Programme, playlist, programme
from pages.parts.wall.meeting_bar import agenda_at, meeting_bar, step_to, turn_meeting

FOLDER = Path(__file__).parent / "parts" / "wall"
REFRESH = 10  # seconds
COMPONENT = st.components.v2.component(
    "hongfeng_wall",
    html=(FOLDER / "wall.html").read_text("utf-8"),
    css=(FOLDER / "wall.css").read_text("utf-8"),
    js=(FOLDER / "wall.js").read_text("utf-8"),
)


def draw() -> None:
    style()
    st.html(render("wall/bare.html"))
    try:
        played = playlist()
        now = page_cache.pin()
    except EmptyStore:
        _alone("还没有数据，请先导入")
        return
    except DeclarationError as error:
        _alone(f"大屏播放单有误：{error}")
        return
    screen = frame.Screen(now.results(WALL), now.mark)
    day = frame.acting_at(screen).date()
    programme_shown = programme(screen, played, day)
    at = agenda_at(programme_shown)
    component = COMPONENT(
        data=_data(screen, played, programme_shown, at),
        key="wall",
        on_stepped_change=lambda: None,
        on_meeting_change=lambda: None,
        on_opened_change=lambda: None,
    )
    if component.meeting is not None:
        turn_meeting(bool(component.meeting))
    if at is not None:
        if component.stepped:
            step_to(at + int(component.stepped), programme_shown)
        meeting_bar(
            replace(screen, results=now.results(frame.acting())), programme_shown, at, played, day
        )
        if component.opened:
            go_to(str(component.opened))
    beat(screen.mark, may_redraw=at is None)


@st.fragment(run_every=REFRESH)
def beat(mark: str, may_redraw: bool) -> None:
    """Told to the script that watches; news draws the page anew, but not under an open dialog."""
    if may_redraw and page_cache.watch().mark() != mark:
        st.rerun()
    st.html(render("wall/beat.html", at=round(time.time())))


def _alone(sentence: str) -> None:
    """One sentence on the whole screen."""
    st.html(render("wall/alone.html", sentence=sentence))
    beat(page_cache.watch().mark(), may_redraw=True)


def _data(
    screen: frame.Screen, played: Playlist, programme_shown: Programme, at: int | None
) -> dict[str, object]:
    moment = screen.results.data_time()
    data_time = f"{moment:%Y-%m-%d %H:%M}" if moment else ""
    foot = [
        f"数据时间 {data_time}",
        f"数据截至 {screen.counted.as_of}",
        f"{programme_shown.month.title}得分{screen.results.stamp(programme_shown.month).state}",
        "模拟数据，不反映任何真实单位" if screen.is_simulated else "",
    ]
    return {
        "boards": list(programme_shown.markup),
        "turns": list(programme_shown.turns),
        "at": None if at is None else programme_shown.agenda[at],
        "seconds": played.seconds,
        "oldest": played.oldest_data_hours * 3600,
        "reload_at": played.reload_at,
        "now": int(time.time() * 1000),
        "data_time": data_time,
        "bureau": screen.bureau,
        "foot": "　·　".join(part for part in foot if part),
    }


draw()
