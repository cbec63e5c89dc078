"""What the 指标 page offers to choose from: indicators, and the kinds of one with a breakdown."""

from datetime import date

from metrics.cells.count import Counted
from metrics.cells.reads import note_sums
from metrics.figures.record_words import columns_of
from metrics.indicators.catalogue import Indicator


def kinds_of(counted: Counted, indicator: Indicator) -> dict[str, str]:
    """Kind -> its Chinese word, of the kinds that the records have, for one with a breakdown."""
    if not indicator.breakdown:
        return {}
    of = next((rows.of for _, rows in indicator.counts()), "case")
    column = columns_of(counted, of).get(indicator.breakdown)
    choices = dict(column.choices) if column else {}
    note_sums([(indicator.id, date.max)])
    rows = (
        counted.cursor()
        .execute(
            f"SELECT DISTINCT kind FROM {counted.cells}"
            " WHERE starts_with(measure, $id) AND kind IS NOT NULL",
            {"id": f"{indicator.id}."},
        )
        .fetchall()
    )
    recorded = {str(row[0]) for row in rows} or set(choices)
    named = {code: word for code, word in choices.items() if code in recorded}
    return named | {code: code for code in sorted(recorded - set(named))}
