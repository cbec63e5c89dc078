"""考核方案: what the page says is the scheme and the metrics; two persons put a draft in force."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.journal.journal import Journal
from data.journal.log import Decision, Draft, entries, write
from data.journal.log_kinds import LogKind
from data.rights import Actor
from metrics.calendar.period import Period, parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.results import Results
from metrics.scheme.diff import scheme_changes
from metrics.scheme.log import SchemeDesk, drafts, propose, save_draft
from metrics.scheme.reading import document, scheme_headline
from metrics.scheme.scheme import HERE, Level, Scheme, load_scheme, read_scheme, scheme_of
from metrics.scheme.weight_shift import with_weight
from metrics.scoring.what_if import what_if
from metrics.wording.scheme_readings import health_sentence, scheme_health_reading
from metrics.wording.what_if_readings import what_if_reading
from tests.bench.stores import writable
from tests.page_driver import drawn_of, english_in, fresh_caches, headline_of, open_page, text_of

MONTH, SLID = "2019-07", "A1-visit-coverage"
LEADER = Actor("t", "leader")
ONE, AT = Actor("政治处-01", "political"), datetime(2019, 8, 19, 9)
SLIDER = f"what-if-2016.toml-{SLID}-weight"


def month_of(counted: Counted) -> tuple[Period, Scheme]:
    period = parse_period(MONTH, counted.as_of)
    return period, scheme_of(counted.schemes, period.ends_on)


@pytest.mark.usefixtures("opened_demo")
def test_the_scheme_is_read_line_by_line(counted: Counted) -> None:
    period, scheme = month_of(counted)
    app = open_page("scheme", period=MONTH, level="station")
    assert headline_of(app) == scheme_headline(scheme, counted.catalogue, period.title, 0)
    said = text_of(app)
    for line in document(scheme, counted.catalogue):
        assert line.title in said
        assert line.rule in said
    assert "每次至多 2 分" in said


@pytest.mark.usefixtures("opened_demo")
def test_the_health_of_the_scheme_stands_there_and_can_be_taken_along(demo: Store) -> None:
    results = Results(demo, demo.counted(), LEADER)
    health = results.scheme_health("station", month_of(results.counted)[0])
    app = open_page("scheme", period=MONTH, level="station")
    assert "方案体检：2019年7月的派出所" in text_of(app)
    assert scheme_health_reading(health) in text_of(app)
    (shown,) = [table.value for table in app.dataframe if "reliability" in table.value]
    assert list(shown["title"]) == [card.title for card in health.indicators]
    assert list(shown["sentence"]) == [health_sentence(card) for card in health.indicators]


@pytest.mark.usefixtures("opened_demo")
@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
def test_every_role_reads_it_without_english(role: str) -> None:
    app = open_page("scheme", role, period=MONTH, level="station")
    assert english_in(text_of(app)) == set()


@pytest.mark.usefixtures("opened_demo")
def test_overdue_reviews_are_listed_by_the_day_of_acting(counted: Counted) -> None:
    """On simulated data the day of acting is the 演示日期."""
    app = open_page("scheme", period=MONTH, level="station")
    assert "逾期未审阅" not in str([each.label for each in app.expander])
    app.date_input(key="demo_day").set_value(date(2027, 11, 27)).run()
    assert "逾期未审阅" not in str([each.label for each in app.expander])
    app.date_input(key="demo_day").set_value(date(2027, 11, 28)).run()
    assert not app.exception
    (panel,) = (each for each in app.expander if "逾期未审阅" in each.label)
    titles = [indicator.title for indicator in counted.catalogue]
    assert panel.label == f"{len(titles)} 项指标的口径逾期未审阅"
    lines = panel.markdown[0].value.splitlines()
    assert sorted(lines) == sorted(f"- {title}：应于 2027-11-27 审阅" for title in titles)


@pytest.mark.usefixtures("opened_demo")
@pytest.mark.parametrize("level", ["station", "village"])
def test_a_slider_gives_the_new_ranking(counted: Counted, level: Level) -> None:
    period, scheme = month_of(counted)
    app = open_page("scheme", period=MONTH, level=level)
    assert "名次都不变" in text_of(app)
    app.slider(key=SLIDER).set_value(25.0).run()
    assert not app.exception
    changed = with_weight(scheme, SLID, Fraction(25), level)
    found = what_if(counted, level, period, LEADER, changed)
    said = text_of(app)
    assert what_if_reading(found, level, period) in said
    moved = "村（社区）权重 18 → 25" if level == "village" else "权重 10 → 25"
    assert f"A1 走访覆盖率 {moved}" in said
    (shown,) = [x.value for x in app.dataframe if "held" in x.value.columns]
    assert sorted(shown["name"]) == sorted(move.line.name for move in found.moves)
    assert drawn_of(app, "what-if").count('class="row"') == len(found.ranked)
    assert english_in(said) == set()


@pytest.mark.usefixtures("opened_demo")
def test_a_target_is_tried_too(counted: Counted) -> None:
    app = open_page("scheme", period=MONTH, level="station")
    app.selectbox(key="what-if-what").set_value("target").run()
    app.slider(key=f"what-if-2016.toml-{SLID}-target").set_value(80.0).run()
    assert "A1 走访覆盖率 目标值 50% → 80%" in text_of(app)


@pytest.mark.usefixtures("opened_demo")
def test_a_week_is_compared_without_ranks() -> None:
    app = open_page("scheme", period="2019-W30", level="station")
    assert "不排名" in text_of(app)


@pytest.fixture
def own_store(town_store: Path, tmp_path: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, fresh_caches():
        patch.setenv("HONGFENG_STORE", str(writable(town_store, tmp_path / "store")))
        yield


def opened(role: str) -> AppTest:
    app = open_page("scheme", role, period=MONTH, level="station")
    app.session_state["editor-open"] = True
    app.run()
    assert not app.exception
    return app


def button(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label.startswith(label)).click().run()
    assert not app.exception
    return app


def chosen_draft(app: AppTest) -> str:
    return str(next(box.value for box in app.selectbox if box.label == "草案"))


@pytest.mark.usefixtures("own_store")
def test_a_draft_becomes_a_scheme_by_two_persons() -> None:
    app = opened("political")
    next(t for t in app.text_input if t.label == "方案名称").set_value("新方案").run()
    next(t for t in app.text_input if t.label.startswith("草案名称")).set_value("九月").run()
    assert "与现行方案的差异 1 处" in text_of(app)
    button(app, "保存草案")
    assert app.success[0].value == "草案“九月”已保存"
    assert chosen_draft(app) == "九月"
    button(app, "提请批准")
    assert "须由另一人办理" in app.success[0].value
    own = open_page("scheme", "political", period=MONTH, level="station")
    assert "须由提出人、修改人以外的另一人批准" in text_of(own)
    assert not [b for b in own.button if b.label == "批准发布"]
    second = open_page("scheme", "political-2", period=MONTH, level="station")
    button(second, "退回")
    assert second.error[0].value == "退回应写明理由"
    button(second, "批准发布")
    assert "已批准，自 2019-09-01 起施行" in second.success[0].value
    said = text_of(second)
    assert "2019-09-01 起改按《新方案》（政治处-01 提出，政治处-02" in said
    assert "2019年7月执行《一村（格）一警月度考核方案》" in headline_of(second)


@pytest.mark.usefixtures("own_store")
def test_an_act_is_answered_below_its_key() -> None:
    app = opened("political")
    next(t for t in app.text_input if t.label.startswith("草案名称")).set_value("九月").run()
    button(app, "保存草案")
    assert below(app, "草案“九月”已保存") == "提请批准（按已保存的草案）"
    button(app, "提请批准")
    second = open_page("scheme", "political-2", period=MONTH, level="station")
    button(second, "退回")
    assert below(second, "退回应写明理由") == "退回"


def below(app: AppTest, sentence: str) -> str:
    """The last key above a message."""
    shown = [element for element in app.main if element.type in ("button", "success", "error")]
    at = next(i for i, element in enumerate(shown) if element.value == sentence)
    return str(next(x.label for x in reversed(shown[:at]) if x.type == "button"))


@pytest.mark.usefixtures("own_store")
def test_a_trial_becomes_a_draft(counted: Counted) -> None:
    _, scheme = month_of(counted)
    app = open_page("scheme", "political", period=MONTH, level="station")
    assert next(b for b in app.button if b.label == "按此试算起草").disabled
    app.slider(key=SLIDER).set_value(25.0).run()
    button(app, "按此试算起草")
    tried = with_weight(scheme, SLID, Fraction(25))
    differences = f"与现行方案的差异 {len(scheme_changes(scheme, tried, counted.catalogue))} 处"
    assert differences in text_of(app)
    next(t for t in app.text_input if t.label.startswith("草案名称")).set_value("试算").run()
    button(app, "保存草案")
    assert chosen_draft(app) == "试算"
    assert differences in text_of(app)
    store = Store(Path(os.environ["HONGFENG_STORE"]))
    draft = drafts(entries(store.counted().copy))["试算"]
    assert read_scheme(draft.text, "试算", store.catalogue).indicators == tried.indicators


@pytest.mark.usefixtures("opened_demo")
def test_only_who_drafts_carries_a_trial_over() -> None:
    app = open_page("scheme", "leader", period=MONTH, level="station")
    assert "按此试算起草" not in [b.label for b in app.button]


@pytest.mark.usefixtures("own_store")
def test_who_may_not_draft_is_told_who_may() -> None:
    app = opened("leader")
    assert "当前身份无权起草考核方案，可由政治处操作" in text_of(app)
    assert not [b for b in app.button if b.label == "保存草案"]


@pytest.mark.usefixtures("own_store")
def test_a_wrong_draft_says_what_is_wrong() -> None:
    app = opened("political")
    next(t for t in app.text_input if t.label == "重点时段").set_value("晚上").run()
    assert "重点时段应写作“19:00–23:00”，收到的是“晚上”" in app.error[0].value
    assert not [b for b in app.button if b.label == "保存草案"]
    assert english_in(text_of(app)) == set()


@pytest.mark.usefixtures("own_store")
def test_a_proposal_that_scores_clearance_is_warned_of(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.counted()
    example = load_scheme(HERE / "examples" / "clearance-scored.toml", store.catalogue)
    desk = SchemeDesk(store.journal, store.catalogue, store.as_of())
    save_draft(desk, ONE, AT, "破案", example, "")
    propose(desk, ONE, AT, "破案", date(2019, 9, 1))
    app = open_page("scheme", "leader", period=MONTH, level="station")
    assert sum("公通字〔2015〕32号" in str(w.value) for w in app.warning) == 2
    assert "期内破案率" in "".join(str(x.value) for x in app.dataframe)
    assert [b.label for b in app.button if b.label in ("批准发布", "退回")] == ["批准发布", "退回"]


@pytest.mark.usefixtures("own_store")
def test_a_published_scheme_that_cannot_be_read_stops_no_page(tmp_path: Path) -> None:
    said = {"text": "title = 1", "in_force_from": "2019-09-01", "proposer": "甲"}
    journal = Journal(tmp_path / "store")
    write(
        journal, ONE, AT, lambda before: Decision([Draft(LogKind.SCHEME_PUBLISHED, "旧方案", said)])
    )
    for page in ("scheme", "overview"):
        app = open_page(page, period=MONTH)
        assert "已发布的考核方案“旧方案”" in app.warning[0].value
        assert "未采用" in app.warning[0].value
