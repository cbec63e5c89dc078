"""What the tests of the wall need: a server that can be killed and frozen, a line that can be cut,
and what a person in the room would see."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.patience import PATIENCE

ROOT = Path(__file__).parent.parent
ALARM = ".alarm:not([hidden])"
SHOWN = ".board.on h1"

# Every element with words of its own on the board that is shown and around it: its font size in
# pixels on the screen, its place, its contrast, and whether it is cut off.
MEASURE = """() => {
  const root = document.querySelector('[data-testid=stBidiComponentRegular], .stBidiComponent')
    ?? document.body;
  const walls = [];
  const find = (node) => {
    if (node.shadowRoot) find(node.shadowRoot);
    for (const child of node.children ?? []) {
      if (child.classList?.contains('wall')) walls.push(child);
      find(child);
    }
  };
  find(document.body);
  const [wall] = walls;
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = [r, g, b].map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of wall.querySelectorAll('*')) {
    if (element.closest('.board:not(.on), [hidden]')) continue;
    const words = [...element.childNodes].filter((n) => n.nodeType === 3)
      .map((n) => n.textContent.trim()).join('');
    if (!words) continue;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const isSvg = element instanceof SVGElement;
    const scale = isSvg ? element.getScreenCTM().a : 1;
    const lights = [light(parse(isSvg ? style.fill : style.color)), light(ground(element))];
    const [low, high] = lights.sort((a, b) => a - b);
    found.push({
      words, size: parseFloat(style.fontSize) * scale, contrast: (high + 0.05) / (low + 0.05),
      left: box.left, top: box.top, right: box.right, bottom: box.bottom,
      isCut: !isSvg && element.scrollWidth > element.clientWidth + 1
        && style.overflow !== 'visible' && style.display !== 'inline',
    });
  }
  return found;
}"""


class Victim:
    """`hongfeng serve` on a fixed port: killed, started again, stopped and continued."""

    def __init__(self, store: Path, *more: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._arguments = ["serve", "--store", str(store), "--port", str(self.port), *more]
        self.process = self._start()
        self.await_health()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *self._arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ,
        )

    def await_health(self, seconds: float = PATIENCE) -> None:
        until = time.monotonic() + seconds
        while True:
            with suppress(OSError), urllib.request.urlopen(f"{self.address}/api/health", timeout=2):
                return
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def restart(self) -> None:
        self.process = self._start()
        self.await_health()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.thaw()
        self.process.terminate()
        self.process.wait(PATIENCE)


@contextmanager
def victim(store: Path, *more: str) -> Iterator[Victim]:
    found = Victim(store, *more)
    try:
        yield found
    finally:
        found.end()


class Line:
    """A TCP line to a port of this machine. While it is cut, what is sent is lost: nothing answers
    and nothing is refused, as with a pulled cable."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._is_cut = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._is_cut.set()

    def mend(self) -> None:
        self._is_cut.clear()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._server.accept()
                there = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            for pair in ((here, there), (there, here)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        """A line over which something was lost is of no use afterwards and is closed."""
        has_lost = False
        with suppress(OSError):
            while data := source.recv(65536):
                if self._is_cut.is_set():
                    has_lost = True
                elif has_lost:
                    break
                else:
                    target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    line = Line(port)
    try:
        yield line
    finally:
        line.close()


def open_wall(page: Page, address: str, query: str = "") -> None:
    """The wall, drawn, with a mark by which a reload is noticed."""
    page.goto(f"{address}/wall?embed=true{query}")
    page.locator(SHOWN).wait_for()
    page.evaluate("() => { window.mark = 'not reloaded'; }")


def seconds_until_alarm(page: Page, most: float = PATIENCE) -> float:
    started = time.monotonic()
    page.locator(ALARM).wait_for(timeout=most * 1000)
    return time.monotonic() - started


def seconds_until_back(page: Page, most: float = PATIENCE) -> float:
    """Until the page has been loaded anew and shows a board without an alarm."""
    started = time.monotonic()
    while time.monotonic() - started < most:
        with suppress(Exception):  # a page that is just being loaded cannot be asked
            is_new = page.evaluate("() => window.mark === undefined")
            if is_new and page.locator(SHOWN).count() and not page.locator(ALARM).count():
                return time.monotonic() - started
        time.sleep(0.1)
    raise AssertionError("the wall did not come back")


def alarm_of(page: Page) -> str:
    return page.locator(".alarm").inner_text()


def measured(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(MEASURE)
    return found
