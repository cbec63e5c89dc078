"""The row of controls: in the same order on every page, and what stands in the address."""

import pytest
from streamlit.testing.v1 import AppTest

from data.rights import persons, roles
from pages.parts.page_registry import PAGES
from tests.page_driver import headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
# Written down from docs/screens: 期间 first, who acts last.
ORDER = {
    "overview": "期间",
    "ranking": "期间 层级 分组",
    "unit": "期间 层级 单位",
    "indicator": "期间 指标 层级",
    "comparison": "期间 层级 分组 单位",
    "trends": "期间 指标 层级 单位 步长",
    "clearance": "期间 类别 派出所 破案率口径",
    "fairness": "期间 指标 层级 分组 看一个单位",
    "village_map": "期间 图层 派出所 时段",
    "hours": "期间 派出所 对象 时段",
    "assessment": "期间 层级",
    "scheme": "期间 层级 分组",
    "checks": "期间 内容 派出所 规则 结论",
    "ledger": "期间 范围",
    "reports": "期间 层级 单位",
    "intake": "拒收的数据表",
}
DATED = {"assessment", "scheme", "ledger"}


def in_row(app: AppTest) -> list[str]:
    """The labels of the row, from left to right."""
    labels: list[str] = []

    def walk(node: object) -> None:
        label = getattr(node, "label", None)
        if getattr(node, "type", "") in ("selectbox", "date_input") and label:
            labels.append(label)
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app.main)
    return labels[: labels.index("演示身份") + 1]


def test_every_page_of_the_menu_is_looked_at() -> None:
    assert set(ORDER) == {page.name for page in PAGES.values() if page.is_in_menu}


@pytest.mark.parametrize("page", ORDER)
def test_the_row_has_the_same_order_everywhere(page: str) -> None:
    last = ["演示日期", "演示身份"] if page in DATED else ["演示身份"]
    assert in_row(open_page(page, role="political")) == [*ORDER[page].split(), *last]


@pytest.mark.parametrize(
    ("asked", "level"),
    [("village", "village"), ("村（社区）", "village"), ("county", "station"), ("", "station")],
)
def test_a_link_may_give_code_or_name_and_nonsense_gives_the_default(
    asked: str, level: str
) -> None:
    app = open_page("ranking", level=asked, period="2019-07")
    assert app.selectbox(key="level").value == level
    assert app.query_params["level"] == level


def test_what_a_role_may_not_see_is_said_and_not_offered() -> None:
    app = open_page("ranking", role="station", level="officer", period="2019-07")
    assert "当前身份无权查看民（辅）警个人数据" in text_of(app)
    assert app.selectbox(key="level").value == "station"
    assert "officer" not in app.query_params.get("level", "")


def test_a_typed_period_that_is_none_is_one_sentence() -> None:
    app = open_page("overview", period="2019-13")
    assert [error.value for error in app.error]
    assert not app.exception


@pytest.mark.parametrize("page", ORDER)
def test_a_page_is_drawn_for_who_has_its_right_and_for_nobody_else(page: str) -> None:
    """The wall has the fewest rights."""
    app = open_page(page, role="wall")
    is_refused = headline_of(app) == PAGES[page].title
    assert is_refused == (PAGES[page].right not in roles()["wall"].rights)
    if is_refused:
        assert [box.label for box in app.selectbox] == ["演示身份"]
        assert not app.dataframe
        assert not app.get("download_button")


def test_every_person_may_open_every_page() -> None:
    for person in persons().values():
        assert {page.right for page in PAGES.values()} <= set(roles()[person.role].rights)
