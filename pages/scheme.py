"""考核方案: what is scored and how, and what would another scheme change?"""

from collections.abc import Sequence

import streamlit as st

from metrics.calendar.period import Period
from metrics.scheme.log import SchemeDesk
from metrics.scheme.reading import scheme_headline
from metrics.scheme.scheme import LEVELS, Level, Scheme, read_scheme, warnings
from metrics.wording.definition import overdue_reviews
from metrics.wording.definitions import definitions
from metrics.wording.scheme_readings import scheme_health_reading
from pages.parts import frame, page_cache
from pages.parts.controls import ControlRow
from pages.parts.scheme.acts import proposals_panel
from pages.parts.scheme.document import scheme_markup, scheme_sheet
from pages.parts.scheme.editor import editor_panel
from pages.parts.scheme.health_sheet import health_sheet
from pages.parts.scheme.what_if_panel import Tried, what_if_panel
from pages.parts.table import ALL_ROWS, export_buttons, show_table

OFFERED: tuple[Level, ...] = ("village", "station", "room", "officer")
IN_FORCE = "现行方案"


def draw() -> None:
    controls = ControlRow("scheme", 2, 1.4, 1.2, is_dated=True)
    screen, period = controls.screen, controls.period()
    level = controls.level(OFFERED, "village")
    group = controls.group(period)
    scheme, catalogue = screen.results.scheme(period), screen.counted.catalogue
    warned = warnings(scheme, catalogue)
    controls.headline(period, scheme_headline(scheme, catalogue, period.title, len(warned)))
    for sentence in warned:
        st.warning(f"{sentence}。", icon=":material/gavel:")
    _overdue(screen)
    frame.reading(_later(screen.counted.schemes, scheme))
    # An as-of day in the past does not make later days free to be decided upon.
    store = page_cache.store()
    last_on = max(screen.counted.as_of, store.as_of())
    desk = SchemeDesk(store.journal, store.catalogue, last_on)
    proposals_panel(screen, desk, frame.acting_at(screen))
    document, trial = st.columns([5, 7], gap="large")
    with document:
        st.markdown("##### 方案")
        st.html(scheme_markup(scheme, catalogue))
        export_buttons(scheme_sheet(scheme, catalogue, screen.notes(period)), "scheme")
    with trial:
        st.markdown(f"##### 试算：{period.title}的{LEVELS[level]}排名")
        what_if_panel(screen, Tried(level, period, group, scheme, _starts(screen, scheme)))
    _health(screen, level, period)
    editor_panel(screen, desk, frame.acting_at(screen), scheme)
    frame.foot(screen, period, definitions("scheme"))


def _health(screen: frame.Screen, level: Level, period: Period) -> None:
    """Is the scheme any good: a row for each indicator, from the results of the period."""
    st.markdown(f"##### 方案体检：{period.title}的{LEVELS[level]}")
    health = screen.results.scheme_health(level, period)
    frame.reading(scheme_health_reading(health))
    name = f"方案体检-{LEVELS[level]}-{period.text}"
    show_table(health_sheet(name, health, screen.notes(period)), "scheme-health", ALL_ROWS)


def _overdue(screen: frame.Screen) -> None:
    """The definitions whose review is overdue on the day of acting (演示日期 on simulated data)."""
    overdue = overdue_reviews(screen.counted.catalogue, frame.acting_at(screen).date())
    if overdue:
        with st.expander(f"{len(overdue)} 项指标的口径逾期未审阅", icon=":material/event_busy:"):
            lines = (f"- {title}：应于 {due_on} 审阅" for title, due_on in overdue)
            st.markdown("\n".join(lines))


def _later(schemes: Sequence[Scheme], scheme: Scheme) -> str:
    """The schemes that come after the one that is shown."""
    later = [s for s in schemes if s.in_force_from > scheme.in_force_from]
    starts = [f"{s.in_force_from} 起改按《{s.title}》（{s.approved_by}）" for s in later]
    return f"{'；'.join(starts)}。" if starts else ""


def _starts(screen: frame.Screen, scheme: Scheme) -> dict[str, Scheme]:
    """From what a trial may start: the scheme of the period, and the drafts for who edits them."""
    starts = {IN_FORCE: scheme}
    if screen.actor.may("edit-scheme") or screen.actor.may("publish-scheme"):
        for draft in screen.results.scheme_drafts().values():
            try:
                read = read_scheme(draft.text, draft.last.id, screen.counted.catalogue)
            except ValueError:
                continue
            starts[f"草案：{draft.name}"] = read
    return starts


draw()
