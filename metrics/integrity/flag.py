"""Flags: what looks odd in the records of a unit and month, beside that of its peers.

A flag is a lead, not a finding, and changes nothing: only a verdict of a person does (see
data.decisions.verdicts).
Records that were voided count as before, so that a verdict does not take its own flag away.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import sqrt
from statistics import quantiles

from data.decisions.verdicts import FlagSubject
from data.rights import Actor, NotPermitted, require
from metrics.calendar.days import month_end, months_before
from metrics.cells.count import Counted
from metrics.cells.reads import note_records, unnoted
from metrics.cells.units import Unit, units
from metrics.flags.rules import FlagRule, Thresholds, load_rules, values
from metrics.indicators.views import tables_read
from metrics.scheme.scheme import scheme_of


@dataclass(frozen=True)
class Evidence:
    """A conspicuous record, and what was measured on it.

    against   table/id of the record that it was held against: that one is not conspicuous by itself
    """

    table: str
    id: str
    measured: float | None = None
    against: str | None = None

    @property
    def key(self) -> str:
        return f"{self.table}/{self.id}"


@dataclass(frozen=True)
class FlagPeers:
    """The other units of the group in the same month, those with enough records to compare.

    median, upper   half and three quarters of them lie at or below this share
    higher          how many have a share as high or higher
    deviations      by how many standard deviations the unit lies above them together
    """

    count: int
    median: Fraction
    upper: Fraction
    higher: int
    deviations: float


@dataclass(frozen=True)
class Flag:
    """One rule, unit and month. `month`: its first day; `hits` of `total` records are conspicuous.

    peers   None where nobody is there to compare with
    """

    rule: FlagRule
    unit: Unit
    station_name: str
    month: date
    total: int
    hits: int
    evidence: tuple[Evidence, ...]
    thresholds: Thresholds
    peers: FlagPeers | None

    @property
    def id(self) -> str:
        return flag_id(self.rule.id, self.unit.code, self.month)

    @property
    def share(self) -> Fraction:
        return Fraction(self.hits, self.total)


NAMELESS = Unit("", "", "village")  # of records that name no unit: nobody is flagged for them


def subject_of(flag: Flag) -> FlagSubject:
    """What a verdict on the flag is about."""
    records = [evidence.key for evidence in flag.evidence] if flag.rule.voids else []
    return FlagSubject(flag.id, flag.rule.id, flag.rule.title, flag.unit.code, flag.month, records)


@dataclass(frozen=True)
class FoundFlags:
    """The flags, latest month and most unusual first, and rule -> unit-months looked at.

    nameless   rule -> records that it could not look at, because they name no unit of its kind
    """

    flags: tuple[Flag, ...]
    examined: Mapping[str, int]
    nameless: Mapping[str, int]


@dataclass(frozen=True)
class _Line:
    """What one rule saw of one unit and month."""

    unit: Unit
    month: date
    total: int
    hits: int
    evidence: Sequence[Mapping[str, object]]

    @property
    def share(self) -> Fraction:
        return Fraction(self.hits, self.total)


def flag_id(rule: str, unit: str, month: date) -> str:
    """The same thing has the same id whenever it is computed: a verdict sticks to it."""
    return f"xs-{hashlib.sha256(f'{rule}|{unit}|{month:%Y-%m}'.encode()).hexdigest()[:12]}"


def may_see(flag: Flag, actor: Actor) -> bool:
    """Officers only by right; who speaks for a station, those of the station."""
    is_own = not actor.unit or flag.unit.station == actor.unit
    return is_own and (flag.rule.unit != "officer" or actor.may("see-officers"))


def require_sight(flag: Flag, actor: Actor) -> None:
    if flag.rule.unit == "officer":
        require(actor, "see-officers")
    if not may_see(flag, actor):
        raise NotPermitted("只能查看本所的线索")


def find_flags(
    counted: Counted, first: date, last: date, rules: Iterable[FlagRule] | None = None
) -> FoundFlags:
    """All flags of the months that the days touch. `rules`: only some of them."""
    chosen = list(load_rules().values() if rules is None else rules)
    flags, examined, nameless = list[Flag](), dict[str, int](), dict[str, int]()
    for rule in chosen:
        every = _lines(counted, rule, first.replace(day=1), min(month_end(last), counted.as_of))
        lines = [line for line in every if line.unit is not NAMELESS]
        nameless[rule.id] = sum(line.total for line in every if line.unit is NAMELESS)
        examined[rule.id] = len(lines)
        flags += _flagged(counted, rule, lines)

    def order(flag: Flag) -> tuple[int, float, str, str]:
        deviations = flag.peers.deviations if flag.peers else 0.0
        return -flag.month.toordinal(), -deviations, flag.rule.id, flag.unit.code

    return FoundFlags(tuple(sorted(flags, key=order)), examined, nameless)


def thresholds_in(counted: Counted, rule: FlagRule, month: date) -> Thresholds:
    """Those of the scheme in force at the month's end, else the rule's own."""
    scheme = scheme_of(counted.schemes, month_end(month))
    return rule.with_thresholds(scheme.flags.get(rule.id, {}))


def _lines(counted: Counted, rule: FlagRule, first: date, last: date) -> list[_Line]:
    """Every unit and month with anything to look at, once for each set of thresholds in force."""
    months, month = dict[tuple[tuple[str, Fraction], ...], list[date]](), first
    while month <= last:
        key = tuple(sorted(thresholds_in(counted, rule, month).items()))
        months.setdefault(key, []).append(month)
        month = months_before(month, -1)
    lines = list[_Line]()
    for key, some in months.items():
        until = min(month_end(some[-1]), last)
        lines += _seen(counted, rule, dict(key), some[0], until)
    return lines


def _seen(
    counted: Counted, rule: FlagRule, thresholds: Thresholds, first: date, last: date
) -> list[_Line]:
    tables = sorted(tables_read(rule.sql))
    # A rule's rows of a month hang on no record that names only later days.
    views = counted.catalogue.views
    note_records((t for name in tables for t in views.tables(name)), until=month_end(last))
    with unnoted():
        head = counted.relations(*tables)
    against = "against" if rule.against else "CAST(NULL AS VARCHAR)"
    query = (
        f"{head} SELECT unit, CAST(date_trunc('month', day) AS DATE) AS month, count(*),"
        " count(*) FILTER (is_hit), list({'record': record, 'measured': CAST(measured AS DOUBLE),"
        f" 'against': {against}}} ORDER BY day, record) FILTER (is_hit) FROM ({rule.sql}\n)"
        " WHERE day BETWEEN $first AND $last GROUP BY ALL ORDER BY 2, 1"
    )
    parameters = {**values(query, thresholds, first), "last": last}
    units_by_month, lines = dict[date, Mapping[str, Unit]](), list[_Line]()
    for code, month, total, hits, evidence in (
        counted.cursor().execute(query, parameters).fetchall()
    ):
        if month not in units_by_month:
            day = min(month_end(month), counted.as_of)
            units_by_month[month] = {unit.code: unit for unit in units(counted, rule.unit, day)}
        named = units_by_month[month].get(code) or Unit(code, code, rule.unit)
        unit = NAMELESS if code is None else named
        lines.append(_Line(unit, month, total, hits, evidence or []))
    return lines


def _flagged(counted: Counted, rule: FlagRule, lines: Sequence[_Line]) -> list[Flag]:
    peers: dict[tuple[str, date], list[_Line]] = defaultdict(list)
    for line in lines:
        peers[line.unit.group, line.month].append(line)
    flags = []
    for line in lines:
        thresholds = thresholds_in(counted, rule, line.month)
        if line.hits < max(thresholds["records"], Fraction(1)) or line.share < thresholds["share"]:
            continue
        group = peers[line.unit.group, line.month]
        others = [(x.hits, x.total) for x in group if x is not line]
        beside = compare_with_peers(line.hits, line.total, others, thresholds)
        wanted = thresholds["deviations"]
        if beside is None or not wanted or beside.deviations >= wanted:
            flags.append(_flag(counted, rule, line, thresholds, beside))
    return flags


def _flag(
    counted: Counted, rule: FlagRule, line: _Line, thresholds: Thresholds, peers: FlagPeers | None
) -> Flag:
    day = min(month_end(line.month), counted.as_of)
    stations = {unit.code: unit.name for unit in units(counted, "station", day)}
    evidence = tuple(_evidence(one) for one in line.evidence)
    return Flag(
        *(rule, line.unit, stations.get(line.unit.station, ""), line.month, line.total, line.hits),
        *(evidence, thresholds, peers),
    )


def _evidence(one: Mapping[str, object]) -> Evidence:
    table, _, name = str(one["record"]).partition("/")
    measured, against = one["measured"], one["against"]
    number = None if measured is None else float(str(measured))
    return Evidence(table, name, number, None if against is None else str(against))


def compare_with_peers(
    hits: int, total: int, others: Sequence[tuple[int, int]], thresholds: Thresholds
) -> FlagPeers | None:
    """A unit beside its peers: (conspicuous, looked at) of each.

    The deviation is that of a share of `total` records from the peers' pooled share; half a
    conspicuous record is added to theirs, so that peers without any give a finite one.
    """
    shares = sorted(
        Fraction(h, n) for h, n in others if n >= max(thresholds["records"], Fraction(1))
    )
    if not shares:
        return None
    pooled = (sum(h for h, _ in others) + 0.5) / (sum(n for _, n in others) + 1)
    own = Fraction(hits, total)
    cuts = quantiles(shares, n=4, method="inclusive") if len(shares) > 1 else shares * 3
    return FlagPeers(
        len(shares),
        Fraction(cuts[1]),
        Fraction(cuts[2]),
        sum(share >= own for share in shares),
        (float(own) - pooled) / sqrt(pooled * (1 - pooled) / total),
    )
