"""A real server and a real Chromium for the tests that only a browser can do.

`python -m tests.chromium FOLDER [PAGE ...]` takes screenshots: both sizes, light and dark.
"""

import itertools
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

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.patience import PATIENCE

ROOT = Path(__file__).parent.parent
expect.set_options(timeout=PATIENCE * 1000)
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
def served(store: Path, *more: str, program: Path = ROOT, cwd: Path = ROOT) -> Iterator[Server]:
    """`hongfeng serve` on a free loopback port. `program`: the folder that it is imported from."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["serve", "--store", str(store), "--port", str(port), *more]
    server = subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(program)},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(f"{address}/api/health")
        yield Server(address, server.pid)
    finally:
        server.terminate()
        server.wait(PATIENCE)


@contextmanager
def serving(store: Path, *more: str) -> Iterator[str]:
    """The same where only the address matters."""
    with served(store, *more) as server:
        yield server.address


def _await(url: str, seconds: float = PATIENCE) -> None:
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


# True once the page is connected, its script has ended, and nothing has been added to it or taken
# away for a moment. Each wait begins anew: what was quiet before an act says nothing about it.
_IS_QUIET = """(look) => {
  const app = document.querySelector('[data-testid=stApp]');
  if (!window.stillness) {
    window.stillness = { look: null, since: 0 };
    new MutationObserver(() => { window.stillness.since = performance.now(); })
      .observe(document.documentElement, { childList: true, characterData: true, subtree: true });
  }
  const skeletons = [...document.querySelectorAll('[data-testid=stSkeleton]')];
  const isBusy = app?.dataset.testScriptState !== 'notRunning'
    || app.dataset.testConnectionState !== 'CONNECTED'
    || skeletons.some((skeleton) => skeleton.checkVisibility());
  if (isBusy || window.stillness.look !== look)
    window.stillness = { look, since: performance.now() };
  return performance.now() - window.stillness.since > 400;
}"""
_looks = itertools.count()


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
        """Wait until the page has drawn its foot, nothing runs and nothing is drawn any more."""
        self.page.locator(".hf-foot").first.wait_for()
        self.rest()

    def rest(self) -> None:
        """The same where a page has no foot."""
        self.page.wait_for_function(_IS_QUIET, arg=next(_looks))

    def button(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=label, exact=True)

    def press(self, label: str) -> None:
        """Press the one key of this name, and wait until the page has answered."""
        self.button(label).click()
        self.settle()

    def told(self, words: str) -> Locator:
        """The box that tells what an act came to: not its key, nor a tooltip with these words."""
        return self.page.get_by_test_id("stAlert").filter(has_text=words)

    def fold(self, title: str) -> Locator:
        """The head of a part that unfolds."""
        return self.page.get_by_test_id("stExpander").locator("summary", has_text=title)

    def choose(self, label: str, option: str) -> None:
        """A list closes when the page scrolls, so it is brought into view first."""
        box = self.page.get_by_role("combobox", name=label).first
        box.scroll_into_view_if_needed()
        self.settle()
        box.click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.settle()

    def act_as(self, person: str) -> None:
        self.choose("演示身份", person)

    def fill(self, label: str, text: str) -> None:
        """Type into a field and leave it, so that the page takes it."""
        box = self.page.get_by_role("textbox", name=label)
        box.fill(text)
        box.press("Tab")
        self.settle()

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
    context.set_default_timeout(PATIENCE * 1000)
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
