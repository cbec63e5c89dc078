"""One record that a person made on a page: through the same intake as a file of many."""

import hashlib
from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from data.intake.loading import Loader
from data.intake.mapping import ROW, Mapped
from data.intake.source import NOTHING_BROKEN, Refused, Source
from data.rights import Actor, require
from data.schema import Table


def load_record(
    loader: Loader, table: Table, values: Mapping[str, object], actor: Actor, on: date
) -> None:
    """Write one record of a table. The loader must tell each row.

    values   by column, with an id; what is missing or None stays empty
    Raises Refused, and writes nothing, if the intake would not take it.
    """
    require(actor, table.right)
    texts = {name: None if values.get(name) is None else str(values[name]) for name in table.names}
    columns = {name: pa.array([text], pa.string()) for name, text in texts.items()}
    rows = pa.table({**columns, ROW: pa.array([1], pa.int64())})
    digest = hashlib.sha256(str(values["id"]).encode()).hexdigest()
    source = Source(name=table.title, digest=digest, rows=rows, broken=NOTHING_BROKEN)
    mapped = Mapped(rows, table.names)
    fates = loader.check(source, mapped, table, actor, on).fates
    if fates and fates.rejected.num_rows:
        raise Refused("；".join(fates.rejected["reasons"].to_pylist()))
    loader.load(source, mapped, table, actor, on)
