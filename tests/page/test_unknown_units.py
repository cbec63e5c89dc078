"""A link to a unit that is not registered, or may not be seen, shows nobody else's figures."""

import pytest
from streamlit.testing.v1 import AppTest

from data.rights import Actor
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.scoring.rank import assess
from tests.page_driver import headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
MONTH = "2019-07"
# Every page that takes a unit from its address: the key, the label of its control, a unit, and
# a word of the page that stands for the figures of that unit.
KEYS = {
    "unit": ("unit", "单位", "S14", "杨庄派出所"),
    "trends": ("unit", "单位", "S14", "杨庄派出所"),
    "reports": ("unit", "单位", "S14", "杨庄派出所"),
    "comparison": ("unit", "单位", "S14", "杨庄派出所"),
    "fairness": ("chosen", "看一个单位", "S14", "杨庄派出所"),
    "clearance": ("station", "派出所", "S14", "杨庄派出所"),
    "hours": ("station", "派出所", "S14", "杨庄派出所"),
    "village_map": ("station", "派出所", "S14", "杨庄派出所"),
    "checks": ("station", "派出所", "S14", "杨庄派出所"),
}
OF_UNIT = [page for page, (key, *_) in KEYS.items() if key == "unit"]


def refusal(unit: str) -> str:
    return f"链接中的单位“{unit}”不存在或不在可查看范围，请另选"


def shows_nothing(app: AppTest) -> bool:
    kinds = ("plotly_chart", "download_button", "bidi_component", "arrow_data_frame", "metric")
    return not app.dataframe and not any(app.get(kind) for kind in kinds)


def box(app: AppTest, label: str) -> list[str | None]:
    return [b.value for b in app.selectbox if b.label == label]


@pytest.mark.parametrize("page", KEYS)
@pytest.mark.parametrize("unit", ["S99", "派出所", "S14'; DROP TABLE", "<b>坏</b>[看](//x)"])
def test_an_unknown_unit_is_said_and_nothing_is_shown(page: str, unit: str) -> None:
    key, label, *_ = KEYS[page]
    app = open_page(page, period=MONTH, level="station", **{key: unit})
    assert headline_of(app).startswith("链接中的单位“")
    assert headline_of(app).endswith("”不存在或不在可查看范围，请另选")
    assert not app.warning
    assert shows_nothing(app)
    assert box(app, label) == [None], "nobody is chosen"


@pytest.mark.parametrize("page", KEYS)
def test_the_next_choice_opens_the_page(page: str) -> None:
    key, label, unit, name = KEYS[page]
    app = open_page(page, period=MONTH, level="station", **{key: "S99"})
    app.selectbox(key=f"{key}-instead").set_value(unit).run()
    assert not app.exception
    assert "链接中的单位" not in text_of(app)
    assert name in text_of(app)
    assert box(app, label) == [unit]
    assert app.query_params[key] in (unit, [unit])


@pytest.mark.parametrize("page", KEYS)
def test_what_the_pages_offered_of_old_opens_as_before(page: str) -> None:
    key, label, unit, name = KEYS[page]
    for link in (unit, name):
        app = open_page(page, period=MONTH, level="station", **{key: link})
        assert "链接中的单位" not in text_of(app)
        assert box(app, label) == [unit]
    for empty in ({key: ""}, {}):
        app = open_page(page, period=MONTH, level="station", **empty)
        assert "链接中的单位" not in text_of(app)
        assert box(app, label)[0] != "S99"
        assert not shows_nothing(app)


OWN = [("S14", "station"), ("V080", "village"), ("R001", "room")]


@pytest.mark.parametrize(
    ("page", "unit", "level"),
    [(page, *own) for page in OF_UNIT for own in OWN if (page, own[1]) != ("reports", "room")],
)
@pytest.mark.parametrize("named", [{}, {"level": ""}, {"level": "county"}])
def test_without_a_level_a_unit_opens_at_its_own(
    page: str, unit: str, level: str, named: dict[str, str]
) -> None:
    app = open_page(page, period=MONTH, unit=unit, **named)
    assert "链接中的单位" not in text_of(app)
    assert app.selectbox(key="level").value == level
    assert app.selectbox(key="unit").value == unit


@pytest.mark.parametrize("page", OF_UNIT)
def test_without_a_level_an_unknown_unit_is_looked_for_everywhere(page: str) -> None:
    app = open_page(page, period=MONTH, unit="S99")
    assert headline_of(app) == refusal("S99")
    assert shows_nothing(app)


@pytest.mark.parametrize("page", OF_UNIT)
def test_a_unit_of_another_level_than_the_one_named_is_none_of_it(page: str) -> None:
    app = open_page(page, period=MONTH, level="station", unit="V080")
    assert headline_of(app) == refusal("V080")
    app.selectbox(key="level").set_value("village").run()
    assert not app.exception
    assert "链接中的单位" not in text_of(app), "the level is put right"
    assert app.selectbox(key="unit").value == "V080"


@pytest.mark.parametrize("page", ["unit", "comparison", "fairness"])
def test_an_officer_link_without_right_names_nobody(page: str, counted: Counted) -> None:
    leader = Actor("t", "leader")
    officer = assess(counted, "officer", parse_period(MONTH, counted.as_of), leader)[0].unit
    key, label, *_ = KEYS[page]
    seen = open_page(page, period=MONTH, level="officer", **{key: officer})
    assert box(seen, label) == [officer]
    refused = open_page(page, role="station", period=MONTH, level="officer", **{key: officer})
    assert "当前身份无权查看民（辅）警个人数据" in refused.warning[0].value
    assert officer not in text_of(refused)
    assert shows_nothing(refused)
    guessed = open_page(page, role="station", period=MONTH, **{key: officer})
    assert headline_of(guessed) == refusal(officer), "the same as for one that does not exist"
    assert shows_nothing(guessed)


def test_a_unit_outside_the_group_is_known() -> None:
    """The group hides it: the page shows the group, as before."""
    for page in ("comparison", "fairness"):
        key, label, unit, _ = KEYS[page]
        app = open_page(page, period=MONTH, level="station", group="城区", **{key: unit})
        assert "链接中的单位" not in text_of(app)
        assert box(app, label) == ["all"]
