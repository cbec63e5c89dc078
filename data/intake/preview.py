"""What loading a file would do: read, map and check it, write nothing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from data.declared import DeclarationError
from data.intake.files import read_and_map
from data.intake.heads_mapping import COMMAND_LINE, NO_CONSENT, Advice, Consent, NeedsConsent
from data.intake.loading import Loader, LoadReport
from data.intake.mapping import load_mapping
from data.intake.matching import MatchedColumn, matching_of
from data.intake.personal_columns import may_hold_personal
from data.intake.reading.source import ROW, Refused, legible
from data.journal.copy import connect, fetch_arrow
from data.journal.journal import SHANGHAI, JournalError
from data.personal import masked, masked_word
from data.rights import Actor, require
from data.schema import quoted

SHOWN = 20  # rows, and reasons, that a person can look over


@dataclass(frozen=True)
class Preview:
    """rows: the first ones as read, as text; reasons: (row number, reasons) of the first rejects.

    matched   which column is taken for which of ours, if no mapping says it
    needs     the part of `Consent` without which nothing of the file can be taken

    The report's `table` is empty if nothing was found out about the file.
    """

    report: LoadReport
    rows: tuple[dict[str, str | None], ...] = ()
    reasons: tuple[tuple[int, str], ...] = ()
    matched: tuple[MatchedColumn, ...] = ()
    needs: str = ""


def preview_file(
    loader: Loader,
    path: Path,
    actor: Actor,
    kind: str | None,
    mapping_file: Path | None = None,
    advice: Advice = COMMAND_LINE,
    consent: Consent = NO_CONSENT,
) -> Preview:
    """Check a file; `loader` must tell each row. What cannot be taken is a sentence, not an error.

    kind   the table, unless a mapping says another one; None: the heads tell
    """
    require(actor, "load")
    name = legible(path.name, 255)
    try:
        mapping = load_mapping(mapping_file) if mapping_file else None
        source, mapped, table = read_and_map(path, kind, mapping, advice, consent=consent)
        day = datetime.now(SHANGHAI).date()
        report = loader.check(source, mapped, table, actor, day)
    except NeedsConsent as error:
        return Preview(LoadReport(name, refused=str(error)), needs=error.part)
    except (Refused, DeclarationError, JournalError) as error:
        return Preview(LoadReport(name, refused=str(error)))
    except duckdb.Error as error:
        problem = legible(str(error).strip().splitlines()[0], 120)
        return Preview(LoadReport(name, refused=f"{name}：内容无法处理（{problem}）"))
    matched = () if mapping else matching_of(source, table)
    return Preview(report, _first_rows(source.rows), _first_reasons(report), matched)


def _first_rows(rows: pa.Table) -> tuple[dict[str, str | None], ...]:
    """As text; the numbers of persons are hidden here too."""
    cursor = connect()
    cursor.register("source", rows.slice(0, SHOWN))
    names = [name for name in rows.column_names if name != ROW]
    may_hold = may_hold_personal(cursor, "source", names)
    texts = {name: f"CAST({quoted(name)} AS VARCHAR)" for name in names}
    named = ", ".join(
        f"{masked(text) if name in may_hold else text} AS {quoted(masked_word(name))}"
        for name, text in texts.items()
    )
    shown = fetch_arrow(cursor, f"SELECT {named} FROM source ORDER BY {ROW}")
    return tuple(shown.to_pylist())


def _first_reasons(report: LoadReport) -> tuple[tuple[int, str], ...]:
    if report.fates is None:
        return ()
    first = report.fates.rejected.slice(0, SHOWN).to_pylist()
    return tuple((int(row["row_number"]), str(row["reasons"])) for row in first)
