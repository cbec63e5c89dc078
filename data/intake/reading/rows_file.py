"""Rows in a file without a name: written batch by batch, read as a table that lies in the file.

The file is gone when the last table over it is: nothing is left behind, whatever is killed.
"""

import mmap
import tempfile
from typing import BinaryIO
from weakref import WeakSet

import pyarrow as pa

STEP = 1 << 16  # rows
_mapped: WeakSet[mmap.mmap] = WeakSet()


class RowsFile:
    """Takes tables of one schema and gives them back as one. `count`: rows taken so far."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        """file: an empty one to write to instead of an own."""
        self.file = file or nameless()
        self.count = 0
        self._writer: pa.RecordBatchFileWriter | None = None

    def write(self, rows: pa.Table) -> None:
        if self._writer is None:
            self._writer = pa.ipc.new_file(self.file, rows.schema)
        for start in range(0, rows.num_rows, STEP):  # of none, nothing: the schema is there
            self._writer.write_table(rows.slice(start, STEP))
            let_go()  # the rows may lie in such a file themselves
        self.count += rows.num_rows

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self.file.flush()

    def table(self) -> pa.Table:
        """All the rows. At least one table, perhaps an empty one, must have been written."""
        self.close()
        return table_in(self.file)


def nameless() -> BinaryIO:
    """An empty file that no folder shows."""
    return tempfile.TemporaryFile(prefix="hongfeng-")


def table_in(file: BinaryIO) -> pa.Table:
    """The table that a RowsFile left in a file. Raises pa.ArrowInvalid or ValueError if none."""
    content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    table = pa.ipc.open_file(pa.py_buffer(content)).read_all()
    _mapped.add(content)
    return table


def let_go() -> None:
    """Take all that lies in such files out of our memory; what is read again comes back."""
    for content in list(_mapped):
        content.madvise(mmap.MADV_DONTNEED)
