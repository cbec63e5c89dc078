"""The example of a rule: records in, expected flags out; and small errors that it has to notice."""

from collections.abc import Iterator
from datetime import date, timedelta

from data.declared import DeclarationError
from data.journal.copy import Copy
from metrics.calendar.period import parse_period
from metrics.cells.count import count
from metrics.examples.indicator_examples import SCHEMES, SETTLED_DAYS, copy_of, records_of
from metrics.examples.mutations import small_errors
from metrics.flags.rules import SHARED, FlagRule
from metrics.indicators.catalogue import Catalogue
from metrics.indicators.views import Views
from metrics.integrity.flag import find_flags

HEAD = ("unit", "month", "total", "hits")


def example_copy(rule: FlagRule) -> Copy:
    """The records of the example in a store of their own."""
    return copy_of(records_of(f"{rule.id}.toml", rule.example.records))


def differences(rule: FlagRule, records: Copy) -> list[str]:
    """The same for records that stand in a copy already (of the rule's own example)."""
    example = rule.example
    period = parse_period(example.period, example.as_of or date.max)
    as_of = example.as_of or period.ends_on + timedelta(SETTLED_DAYS)
    counted = count(records, Catalogue({}, Views({})), SCHEMES, as_of)
    small = rule.model_copy(update={"thresholds": rule.with_thresholds(example.thresholds)})
    flags = find_flags(counted, period.starts_on, period.ends_on, [small]).flags
    got = sorted((f.unit.code, f"{f.month:%Y-%m}", str(f.total), str(f.hits)) for f in flags)
    wanted = _wanted(rule)
    return [] if got == wanted else [f"{rule.id} 的示例：应有 {wanted}，实有 {got}"]


def _wanted(rule: FlagRule) -> list[tuple[str, ...]]:
    header, *rows = [
        tuple(cell.strip() for cell in line.split("|"))
        for line in rule.example.flags.splitlines()
        if line.strip()
    ]
    if header != HEAD or any(len(row) != len(HEAD) for row in rows):
        raise DeclarationError(f"{rule.id}.toml", "example.flags", f"表头应为 {' | '.join(HEAD)}")
    return sorted(rows)


def mutations(rule: FlagRule) -> Iterator[tuple[str, FlagRule]]:
    """Each error put in on purpose: what was done, and the rule that has it."""
    for done, sql in small_errors(rule.sql):
        yield done, rule.model_copy(update={"sql": sql})
    own = set(rule.thresholds) - set(SHARED) - set(rule.example.thresholds)
    for name in sorted(own):
        for step in (-1, 1):
            changed = {**rule.thresholds, name: rule.thresholds[name] + step}
            yield f"{name} 改为 {changed[name]}", rule.model_copy(update={"thresholds": changed})
