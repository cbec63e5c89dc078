"""大屏: the playlist, the boards and the page, without a browser."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data import environment
from data.config import load_config
from data.decisions.meeting import Wanted, decide, post
from data.declared import DeclarationError
from data.journal.journal import Journal
from data.playlist import Playlist, load_playlist
from data.rights import Actor, NotPermitted
from metrics.analysis.open_work import Open, OpenWork, open_work, total_of
from metrics.calendar.period import parse_period, year_to_date
from metrics.cells.count import Counted
from metrics.figures import words
from metrics.figures.measure import measure
from metrics.wall.board import Bars, Number
from metrics.wall.wall_places import zero_board
from pages.parts import page_cache
from pages.parts.wall import boards
from pages.parts.wall.boards import SHIPPED, playlist
from tests.bench.stores import writable
from tests.page_driver import english_in, fresh_caches, open_page

WALL = Actor("wall", "wall")
POLITICAL = Actor("政治处-01", "political")
ROOT = Path(__file__).parents[2]
AT = datetime(2019, 8, 19, 9, 30)
MOST_NUMBERS = 12  # to be read on one board


# -- the playlist -----------------------------------------------------------------------------


def written(folder: Path, text: str) -> Path:
    path = folder / "wall.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_playlist_shows_every_view() -> None:
    shipped = load_playlist(SHIPPED)
    shown = {form.name for form in shipped.view}
    assert shown == set(shipped.agenda)
    assert len(shown) == 9


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("seconds = 20", "view"),
        ("seconds = 2\n[[view]]\nname = 'glance'", "seconds 应为 5 至 600 秒，实为“2”"),
        ("[[view]]\nname = 'weather'", "view.0.name 应为"),
        ("[[view]]\nname = 'glance'\ntimes = 0", "view.0.times 应为 1 至 10"),
        ("oldest_data_hours = 0\n[[view]]\nname = 'glance'", "oldest_data_hours 应为 1 至"),
        ("reload_at = '25:00'\n[[view]]\nname = 'glance'", "reload_at 应为时刻"),
        ("departments = ['']\n[[view]]\nname = 'glance'", "departments 单位名称应为"),
        ("speed = 3\n[[view]]\nname = 'glance'", "speed 不是可用的项"),
    ],
)
def test_a_wrong_playlist_is_refused_with_file_and_key(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(DeclarationError, match=re.escape("wall.toml：")) as refused:
        load_playlist(written(tmp_path, text))
    assert why in str(refused.value)


def test_another_playlist_is_named_in_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "hongfeng.toml"
    path.write_text('[wall]\nplaylist = "mine.toml"\n', "utf-8")
    assert load_config(path).wall.playlist == tmp_path / "mine.toml"
    assert load_config(ROOT / "hongfeng.toml").wall.playlist is None


# -- what is not yet cleared ------------------------------------------------------------------


def test_open_work_agrees_with_the_records(counted: Counted) -> None:
    work = open_work(counted, WALL)
    assert work.disputes is not None
    assert work.hazards is not None
    (total, late) = (
        counted.cursor()
        .sql(
            "SELECT count(*), count(*) FILTER (WHERE due_on < DATE '2019-08-19') FROM record.hazard"
            " WHERE voided_on IS NULL AND NOT is_deleted"
            " AND (closed_on IS NULL OR closed_on > DATE '2019-08-19')"
        )
        .fetchall()[0]
    )
    assert total_of(work.hazards) == Open(total, late)
    assert sum(work.late.values()) <= late + total_of(work.disputes).late
    assert list(work.late.values()) == sorted(work.late.values(), reverse=True)


def test_what_a_store_cannot_know_is_not_zero() -> None:
    board = zero_board(date(2019, 8, 19), OpenWork(None, {"S01": Open(3, 2)}), {"S01": "甲所"})
    assert [number.value for number in board.numbers] == ["不适用", "3"]
    assert board.sentence == "尚有 2 处隐患逾期未整改，最多的是甲所"
    none = zero_board(date(2019, 8, 19), OpenWork({}, {}), {})
    assert none.sentence == "没有逾期未清的纠纷和隐患"
    assert none.picture is None


def test_open_work_needs_the_right(counted: Counted) -> None:
    with pytest.raises(NotPermitted):
        open_work(counted, Actor("x", "nobody"))


# -- the page ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city with a decision and a notice."""
    place = writable(demo_store, tmp_path_factory.mktemp("wall") / "store")
    wanted = Wanted("逐户核实逾期隐患并整改", "寺坡派出所", date(2019, 8, 23), "to-zero")
    decide(Journal(place), POLITICAL, AT, wanted, ["寺坡派出所"])
    post(Journal(place), POLITICAL, AT, "七月考核", "请各所核对本所数据", date(2019, 8, 23))
    return place


@pytest.fixture(scope="module")
def opened(store: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, fresh_caches():
        patch.setenv("HONGFENG_STORE", str(store))
        yield


def sent(app: AppTest) -> dict[str, Any]:
    """What the component is given."""
    (drawn,) = [e for e in app.get("bidi_component") if e.proto.id.endswith("-wall")]
    figure: dict[str, Any] = json.loads(drawn.proto.json)
    return figure


def plain(markup: str) -> str:
    return re.sub(r"<[^>]+>", " ", markup)


@pytest.mark.usefixtures("opened")
def test_every_view_is_drawn_without_english_and_without_a_person(counted: Counted) -> None:
    data = sent(open_page("wall", role="wall"))
    texts = [plain(markup) for markup in data["boards"]]
    titles = [text.split()[0] for text in texts]
    assert titles == [
        *("全局一览", "派出所排名", "趋势：走访群众", "趋势：巡逻", "趋势：走访覆盖率", "破案"),
        *("纠纷隐患清零", "案件热点", "一周变化", "会议决定", "政治处通知"),
    ]
    every = "".join(texts) + data["foot"]
    assert english_in(every) == set()
    assert "None" not in every
    assert "模拟数据" in data["foot"]
    officers = counted.cursor().sql("SELECT DISTINCT officer FROM record.assignment").fetchall()
    assert officers
    assert not [code for (code,) in officers if code in every]
    assert POLITICAL.code not in every
    assert "逐户核实逾期隐患并整改" in every


@pytest.mark.usefixtures("opened")
def test_a_view_of_two_turns_stands_twice() -> None:
    data = sent(open_page("wall", role="wall"))
    assert data["turns"] == [0, 0, 1, 1, *range(2, 11)]
    assert (data["seconds"], data["oldest"], data["at"]) == (20, 26 * 3600, None)


@pytest.mark.usefixtures("opened")
def test_a_board_has_one_sentence_and_few_numbers(counted: Counted) -> None:
    open_page("wall", role="wall")
    generation = page_cache.latest()
    screen = boards.frame.Screen(generation.results(WALL), generation.mark)
    made = boards.programme(screen, playlist(), date(2019, 8, 19))
    assert len(made.boards) == 11
    for board in made.boards:
        assert board.sentence
        assert len(board.figures) <= MOST_NUMBERS, (board.title, board.figures)
    by_view = {board.view: board for board in made.boards}
    score = by_view["glance"].lead
    assert isinstance(score, Number)
    july = parse_period("2019-07", counted.as_of)
    visits = measure(counted, "visits", "bureau", july, WALL)[0]
    assert by_view["glance"].numbers[0].value == words.plain(visits.exact)
    clearance = by_view["clearance"]
    span = year_to_date(counted.as_of)
    expected = measure(counted, "clearance-theft-robbery-fraud", "bureau", span, WALL)[0]
    assert clearance.lead is not None
    assert f"{clearance.lead.value}%" == words.percent(expected.exact) == "45.6%"
    assert "+42.5%" in clearance.sentence
    assert isinstance(clearance.picture, Bars)


def test_an_empty_store_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGFENG_STORE", str(tmp_path))
    with fresh_caches():
        app = open_page("wall", role="wall")
    assert any("还没有数据" in element.proto.body for element in app.get("html"))


@pytest.mark.usefixtures("opened")
def test_a_view_that_fails_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(boards, "zero_board", broken)
    texts = [plain(markup) for markup in sent(open_page("wall", role="wall"))["boards"]]
    assert any("此屏暂时无法显示" in text for text in texts)
    assert any("派出所排名" in text for text in texts)


@pytest.mark.usefixtures("opened")
def test_a_wrong_playlist_is_told_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "seconds = 1\n[[view]]\nname = 'glance'\n")
    config = tmp_path / "hongfeng.toml"
    config.write_text('[wall]\nplaylist = "wall.toml"\n', "utf-8")
    monkeypatch.setenv("HONGFENG_CONFIG", str(config))
    environment.read_config.cache_clear()
    app = open_page("wall", role="wall")
    environment.read_config.cache_clear()
    assert any("wall.toml：seconds" in element.proto.body for element in app.get("html"))


# -- 会议模式 ---------------------------------------------------------------------------------


def buttons(app: AppTest) -> list[str]:
    return [str(button.label) for button in app.button]


@pytest.mark.usefixtures("opened")
def test_the_presenter_steps_through_the_agenda() -> None:
    app = open_page("wall", role="political", meeting="1")
    first = plain(sent(app)["boards"][sent(app)["at"]])
    assert "会议决定" in first
    assert "记录决定" in buttons(app)
    next(b for b in app.button if b.label == "下一项").click().run()
    assert app.query_params["meeting"] == "2"
    assert "全局一览" in plain(sent(app)["boards"][sent(app)["at"]])
    next(b for b in app.button if b.label == "结束会议").click().run()
    assert sent(app)["at"] is None


@pytest.mark.usefixtures("opened")
def test_what_stands_behind_an_item_is_opened() -> None:
    app = open_page("wall", role="leader", meeting="2")
    next(b for b in app.button if b.label == "打开明细").click().run()
    assert not app.exception
    assert any("hf-headline" in element.proto.body for element in app.get("html"))


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("role", ["leader", "station", "data", "wall"])
def test_only_who_may_decide_sees_the_keys(role: str) -> None:
    shown = buttons(open_page("wall", role=role, meeting="3"))
    assert "下一项" in shown
    assert not {"记录决定", "办理情况", "发布通知"} & set(shown)


def test_the_programme_may_be_all_the_shipped_one_says() -> None:
    assert Playlist.model_validate({"view": [{"name": "map"}]}).agenda == ()
