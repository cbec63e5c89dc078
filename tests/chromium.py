"""A real server and a real Chromium for the tests that only a browser can do.

`python -m tests.chromium FOLDER [PAGE ...]` takes screenshots: both sizes, light and dark.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
SIZES = ((1366, 768), (1920, 1080))
PAGES = tuple(
    "overview ranking unit indicator comparison trends"
    " clearance fairness village_map hours assessment scheme checks ledger reports intake".split()
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Server:
    """A running `hongfeng serve`."""

    address: str
    pid: int


@contextmanager
def served(store: Path, *more: str) -> Iterator[Server]:
    """`hongfeng serve` on a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["serve", "--store", str(store), "--port", str(port), *more]
    server = subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(f"{address}/api/health")
        yield Server(address, server.pid)
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def serving(store: Path, *more: str) -> Iterator[str]:
    """The same where only the address matters."""
    with served(store, *more) as server:
        yield server.address


def _await(url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                answer.read()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, found on PATH."""
    found = shutil.which("chromium")
    if not found:
        raise RuntimeError("chromium is not installed: make browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


_READ = """() => {
  const unread = '[aria-hidden=true], [data-testid=stSkipToContent]';
  const hidden = [...document.querySelectorAll(unread)];
  const before = hidden.map(e => e.style.display);
  hidden.forEach(e => e.style.display = 'none');
  const text = document.body.innerText;
  hidden.forEach((e, i) => e.style.display = before[i]);
  return text;
}"""


@dataclass
class Watched:
    """A page whose requests and console errors are written down."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, url: str) -> "Watched":
        self.page.goto(url)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until the page has drawn its foot and nothing is running any more."""
        self.page.locator(".hf-foot").first.wait_for(timeout=45_000)
        self.page.wait_for_function(
            "() => !document.querySelector('[data-testid=stStatusWidget]')", timeout=45_000
        )
        self.page.wait_for_timeout(700)

    def text(self) -> str:
        """What a person reads: without icons, and without what our style replaces in Chinese."""
        return str(self.page.evaluate(_READ))


@contextmanager
def watched(browser: Browser, size: tuple[int, int], scheme: str = "light") -> Iterator[Watched]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="zh-CN",
        accept_downloads=True,
    )
    seen = Watched(context.new_page())

    def request(url: str) -> None:
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost", None):
            seen.outside.append(url)

    seen.page.on("request", lambda r: request(r.url))
    seen.page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
    seen.page.on("pageerror", lambda e: seen.errors.append(str(e)))
    try:
        yield seen
    finally:
        context.close()


ENGLISH = re.compile(r"[A-Za-z]{3,}")


ALLOWED = frozenset({"CSV", "Excel", "Word", "PPT", "PDF", "LibreOffice"})


def english(text: str, allowed: frozenset[str] = ALLOWED) -> set[str]:
    """English words that a reader would see."""
    return set(ENGLISH.findall(text)) - allowed


def look(folder: Path, store: Path, pages: tuple[str, ...] = PAGES) -> None:
    """Screenshots of the pages at both sizes, light and dark, viewport and whole page."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(store) as address, chromium() as browser:
        for size in SIZES:
            for scheme in ("light", "dark"):
                with watched(browser, size, scheme) as seen:
                    for name in pages:
                        seen.open(f"{address}/{name}")
                        stem = f"{name}-{size[0]}-{scheme}"
                        seen.page.screenshot(path=folder / f"{stem}.png")
                        if seen.outside or seen.errors:
                            print(stem, seen.outside, seen.errors)


if __name__ == "__main__":
    chosen = tuple(sys.argv[2:]) or PAGES
    look(Path(sys.argv[1]), Path(os.environ.get("HONGFENG_STORE", "var")), chosen)
