"""How the C library hands out memory, for a server that runs for weeks."""

import ctypes
from contextlib import suppress

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # malloc.h
LARGE = 128 * 1024


def share_heaps() -> None:
    """Two heaps for all threads, large arrays outside of them. To be called before there are many.

    glibc gives threads up to 8 heaps for each core, and each run of a page is a thread of its own.
    DuckDB keeps a note of 250 bytes of each block of a query long after it (its eviction queues, up
    to some 200,000), and those notes, strewn over 16 heaps, held pages that were free otherwise:
    over two days of intake with six open pages the heaps grew from 118 to 191 MiB, of which 125
    were in use. Now they end at 135.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library: it stays as it is
        libc = ctypes.CDLL(None)
        libc.mallopt(M_ARENA_MAX, 2)
        libc.mallopt(M_MMAP_THRESHOLD, LARGE)
