"""The demo city for a bench: made once, then copied, so that each part may write into its own."""

import os
import shutil
from pathlib import Path

from data.demo.load import load_demo
from data.rights import command_line


def demo_copy(place: Path, name: str = "store") -> Path:
    """A fresh copy of the store in HONGFENG_BENCH_STORE, or of a demo city made beside it."""
    given = os.environ.get("HONGFENG_BENCH_STORE")
    original = Path(given) if given else place / "demo-city"
    if not original.exists():
        load_demo(original, command_line())
    store = place / name
    shutil.copytree(original, store)
    return store
