"""Is somebody still writing this file? Asked of the kernel, where the file system can tell."""

import errno
import fcntl
import os
import signal
from contextlib import suppress
from pathlib import Path


def is_open_for_writing(path: Path) -> bool:
    """True if a process of this machine (also its SMB server) has the file open for writing.

    A read lease is only granted while nobody writes. Where leases do not exist (a mounted share,
    a file of another user) the answer is False, and only the settling time protects. A file that
    cannot be opened at all is told by the one who reads it.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        # A writer who comes in this instant makes the kernel send a signal: SIGIO would end the
        # process, SIGURG is ignored unless somebody asked for it.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        with suppress(OSError):
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)
