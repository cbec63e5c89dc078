"""How tests wait: for what must come, however slow the machine is, and no longer than that."""

import time
from collections.abc import Callable

# Nobody measures speed here: a machine whose cores are taken by others is slow, and a wait ends as
# soon as there is what it waits for.
PATIENCE = 120.0  # seconds


def wait_until(holds: Callable[[], bool], otherwise: Callable[[], object] = str) -> None:
    """Fail after PATIENCE; otherwise: what to tell then."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"this never came true {otherwise()}"
        time.sleep(0.02)
