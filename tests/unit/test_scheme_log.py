"""Publishing a scheme: by two persons, for the future only, and what the store makes of it."""

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from data.declared import DeclarationError
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.journal.log import Decision, Draft, NotNow, entries, write
from data.journal.log_kinds import LogKind
from data.rights import Actor, NotPermitted, command_line
from data.schema import LOG
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.indicators.catalogue import load_catalogue
from metrics.scheme.log import (
    Drafted,
    SchemeDesk,
    decline,
    drafts,
    may_decide,
    propose,
    publish,
    published_schemes,
    save_draft,
)
from metrics.scheme.scheme import Scheme, load_schemes, scheme_of
from metrics.scheme.weight_shift import with_weight
from metrics.scoring.rank import assess
from tests.bench.stores import writable

CATALOGUE = load_catalogue()
(DEFAULT,) = load_schemes(CATALOGUE)
CHANGED = with_weight(DEFAULT, "A1-visit-coverage", Fraction(20))
ONE, TWO = Actor("政治处-01", "political"), Actor("政治处-02", "political")
LEADER, STATION = Actor("局领导-01", "leader"), Actor("寺坡所-01", "station", "S02")
AT, AS_OF = datetime(2019, 8, 19, 9, 30), date(2019, 8, 19)
SEPTEMBER = date(2019, 9, 1)
NAME = "九月方案"


@pytest.fixture
def desk(tmp_path: Path) -> SchemeDesk:
    return SchemeDesk(Journal(tmp_path / "store"), CATALOGUE, AS_OF)


def read(desk: SchemeDesk) -> Copy:
    copy = Copy(desk.journal, {LOG.name})
    copy.catch_up()
    return copy


def draft_of(desk: SchemeDesk) -> Drafted:
    return drafts(entries(read(desk)))[NAME]


def proposed(desk: SchemeDesk, scheme: Scheme = CHANGED) -> int:
    """The number of a fresh proposal."""
    known = drafts(entries(read(desk))).get(NAME)
    save_draft(desk, ONE, AT, NAME, scheme, "走访加重", known.last.number if known else 0)
    propose(desk, ONE, AT, NAME, SEPTEMBER)
    return draft_of(desk).last.number


def test_a_second_person_puts_a_draft_in_force(desk: SchemeDesk) -> None:
    publish(desk, TWO, AT, NAME, proposed(desk))
    (scheme,) = published_schemes(read(desk), CATALOGUE).schemes
    assert scheme.in_force_from == SEPTEMBER
    assert scheme.indicators == CHANGED.indicators
    assert scheme.approved_by == "政治处-01 提出，政治处-02 于 2019-08-19 批准"
    assert draft_of(desk).state == "published"


def test_nobody_decides_upon_their_own_proposal(desk: SchemeDesk) -> None:
    number = proposed(desk)
    assert not may_decide(draft_of(desk), ONE)
    assert may_decide(draft_of(desk), TWO)
    with pytest.raises(NotNow, match="不能批准或退回自己的方案"):
        publish(desk, ONE, AT, NAME, number)
    with pytest.raises(NotNow, match="不能批准或退回自己的方案"):
        decline(desk, ONE, AT, NAME, number, "理由")
    assert draft_of(desk).state == "proposed"


def test_who_edited_last_may_not_approve_what_another_proposed(desk: SchemeDesk) -> None:
    save_draft(desk, TWO, AT, NAME, CHANGED, "")
    propose(desk, ONE, AT, NAME, SEPTEMBER)
    number = draft_of(desk).last.number
    with pytest.raises(NotNow, match="自己的方案"):
        publish(desk, TWO, AT, NAME, number)
    publish(desk, LEADER, AT, NAME, number)


@pytest.mark.parametrize(
    "day", [date(2016, 1, 1), date(2019, 7, 1), date(2019, 8, 1), AS_OF, date(2019, 8, 31)]
)
def test_a_past_or_running_month_keeps_its_scheme(desk: SchemeDesk, day: date) -> None:
    save_draft(desk, ONE, AT, NAME, CHANGED, "")
    with pytest.raises(NotNow, match="不得早于 2019-09-01"):
        propose(desk, ONE, AT, NAME, day)


def test_a_period_under_way_keeps_its_scheme_whatever_the_day_is(desk: SchemeDesk) -> None:
    begun = Draft(LogKind.PERIOD_CUT, "2019-Q3", {})
    (entry,) = write(desk.journal, ONE, AT, lambda before: Decision([begun]))
    assert desk.earliest(AT, []) == SEPTEMBER
    assert desk.earliest(AT, [entry]) == date(2019, 10, 1)
    save_draft(desk, ONE, AT, NAME, CHANGED, "")
    with pytest.raises(NotNow, match="不得早于 2019-10-01"):
        propose(desk, ONE, AT, NAME, SEPTEMBER)


def test_a_month_has_one_scheme(desk: SchemeDesk) -> None:
    save_draft(desk, ONE, AT, NAME, CHANGED, "")
    with pytest.raises(NotNow, match="应为某月 1 日（如 2019-10-01）"):
        propose(desk, ONE, AT, NAME, date(2019, 9, 15))


def test_a_proposal_that_lay_too_long_is_not_published(desk: SchemeDesk) -> None:
    """Its month has begun meanwhile: approving it would change a running period."""
    number = proposed(desk)
    with pytest.raises(NotNow, match="不得早于 2019-10-01"):
        publish(desk, TWO, datetime(2019, 9, 2, 8), NAME, number)
    later = replace(desk, as_of=date(2019, 9, 5))  # a simulated clock may stand still
    with pytest.raises(NotNow, match="不得早于"):
        publish(later, TWO, AT, NAME, number)
    assert published_schemes(read(desk), CATALOGUE).schemes == ()


def test_only_what_was_proposed_is_published(desk: SchemeDesk) -> None:
    number = proposed(desk)
    save_draft(desk, ONE, AT, NAME, DEFAULT, "改了", draft_of(desk).last.number)
    with pytest.raises(NotNow, match="已由政治处-01改动"):
        publish(desk, TWO, AT, NAME, number)
    again = proposed(desk)
    with pytest.raises(NotNow, match="请按最新情况办理"):
        publish(desk, TWO, AT, NAME, number)
    publish(desk, TWO, AT, NAME, again)
    with pytest.raises(NotNow, match="已由政治处-02发布"):
        publish(desk, LEADER, AT, NAME, again)
    with pytest.raises(NotNow, match="不能再次提出"):
        propose(desk, ONE, AT, NAME, SEPTEMBER)


def test_a_text_that_was_slipped_in_does_not_pass(desk: SchemeDesk) -> None:
    """A proposal names the digest of its text; an entry that forges the draft is noticed."""
    number = proposed(desk)
    forged = Draft(LogKind.SCHEME_PROPOSED, NAME, {"digest": "0", "in_force_from": "2019-09-01"})
    (entry,) = write(desk.journal, ONE, AT, lambda before: Decision([forged]))
    with pytest.raises(NotNow, match="与提出时不一致"):
        publish(desk, TWO, AT, NAME, entry.number)
    assert number < entry.number


def test_a_proposal_goes_back_with_a_reason(desk: SchemeDesk) -> None:
    number = proposed(desk)
    with pytest.raises(NotNow, match="理由"):
        decline(desk, TWO, AT, NAME, number, " ")
    decline(desk, TWO, AT, NAME, number, "目标过高")
    draft = draft_of(desk)
    assert (draft.state, draft.last.content["why"]) == ("declined", "目标过高")
    publish(desk, TWO, AT, NAME, proposed(desk))


def test_of_two_editors_the_second_is_told(desk: SchemeDesk) -> None:
    save_draft(desk, ONE, AT, NAME, CHANGED, "")
    with pytest.raises(NotNow, match="已由政治处-01改动，请重新打开"):
        save_draft(desk, TWO, AT, NAME, DEFAULT, "")
    with pytest.raises(NotNow, match="1 至 40 个字"):
        save_draft(desk, ONE, AT, " ", CHANGED, "")
    with pytest.raises(NotNow, match="没有草案"):
        propose(desk, ONE, AT, "别的", SEPTEMBER)


def test_rights_are_asked_for_each_act(desk: SchemeDesk) -> None:
    with pytest.raises(NotPermitted, match="无权起草考核方案，可由政治处操作"):
        save_draft(desk, LEADER, AT, NAME, CHANGED, "")
    number = proposed(desk)
    with pytest.raises(NotPermitted):
        propose(desk, STATION, AT, NAME, SEPTEMBER)
    for act in (publish, lambda *given: decline(*given, "理由")):
        with pytest.raises(NotPermitted, match="可由局领导、政治处操作"):
            act(desk, STATION, AT, NAME, number)


def test_a_draft_that_is_no_scheme_is_refused(desk: SchemeDesk) -> None:
    broken = DEFAULT.model_copy(update={"indicators": DEFAULT.indicators[1:]})
    with pytest.raises(DeclarationError, match="各项 weight 之和应为 100，实为 90"):
        save_draft(desk, ONE, AT, NAME, broken, "")
    assert entries(read(desk)) == ()


def test_what_cannot_be_read_any_more_is_named_and_left_out(desk: SchemeDesk) -> None:
    publish(desk, TWO, AT, NAME, proposed(desk))
    text = "title = 1"
    said = {"text": text, "in_force_from": "2019-10-01", "proposer": "甲"}
    write(
        desk.journal,
        TWO,
        AT,
        lambda before: Decision([Draft(LogKind.SCHEME_PUBLISHED, "坏", said)]),
    )
    write(
        desk.journal, TWO, AT, lambda before: Decision([Draft(LogKind.SCHEME_PUBLISHED, "空", {})])
    )
    found = published_schemes(read(desk), CATALOGUE)
    assert [scheme.in_force_from for scheme in found.schemes] == [SEPTEMBER]
    assert [problem.split("”")[0] for problem in found.problems] == [
        "已发布的考核方案“坏",
        "已发布的考核方案“空",
    ]


def test_past_periods_keep_their_scheme_and_their_scores(demo_store: Path, tmp_path: Path) -> None:
    store = Store(writable(demo_store, tmp_path / "store"))
    before = store.counted()
    july = parse_period("2019-07", before.as_of)
    scores = assess(before, "station", july, command_line(), is_simulated=False)
    desk = SchemeDesk(store.journal, store.catalogue, before.as_of)
    hours = Scheme.model_validate({**dict(CHANGED), "peak_hours": [["20:00", "22:00"]]})
    number = proposed(desk, hours)
    assert store.counted().schemes == before.schemes  # nothing is in force yet
    publish(desk, TWO, AT, NAME, number)
    after = store.counted()
    assert after.grown is None, "peak hours may change: all is counted anew"
    assert scheme_of(after.schemes, date(2019, 8, 31)) == DEFAULT
    assert scheme_of(after.schemes, SEPTEMBER).peak_hours == hours.peak_hours
    assert assess(after, "station", july, command_line(), is_simulated=False) == scores
    assert store.schemes_in(read(desk)) == after.schemes
    (draft,) = entries(read(desk), LogKind.SCHEME_DRAFTED)
    assert draft.person == ONE.code
