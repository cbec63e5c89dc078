"""One reader of the dashboard without a browser: a session over Streamlit's WebSocket protocol.

It answers as the browser does: it keeps the state of the controls, names the messages that it has
already (the server need not send them again), reruns what reruns itself and follows the journal.
"""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from websockets.asyncio.client import ClientConnection, connect

FINISHED = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)
KEPT_RUNS = 2  # the browser forgets a message that so many runs have not used
PATIENCE = 120.0
FOLLOW_EVERY = 0.5  # seconds, as pages/parts/live_reload.py


class ScriptError(RuntimeError):
    """The page showed an exception, or did not finish."""


@dataclass
class Control:
    """A selectbox as the browser knows it: its value is one of the labels shown."""

    id: str
    fragment: str
    options: tuple[str, ...]
    value: str


@dataclass
class Reader:
    """An open page. `rerun` and `choose` give the seconds until the script had finished."""

    address: str
    page: str
    query: str = ""
    scheme: str = "light"
    controls: dict[str, Control] = field(default_factory=dict)
    html: dict[tuple[int, ...], str] = field(default_factory=dict)
    received: int = 0
    runs: int = 0
    shown: str = ""
    news: list[float] = field(default_factory=list)
    _page_hash: str = ""
    _cached: dict[str, int] = field(default_factory=dict)
    _known: dict[str, ForwardMsg] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _done: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _every: dict[str, float] = field(default_factory=dict)
    _errors: list[str] = field(default_factory=list)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    # -- what a reader does -----------------------------------------------------------------

    async def open(self) -> float:
        parts = urlsplit(self.address)
        self._socket = await connect(
            f"ws://{parts.netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
            ping_interval=None,
        )
        self._tasks.append(asyncio.create_task(self._listen()))
        return await self.rerun()

    async def rerun(self, fragment: str = "", is_auto: bool = False) -> float:
        """Run the page again with the controls as they stand."""
        return await self._send(fragment=fragment, is_auto=is_auto)

    async def choose(self, label: str, option: str) -> float:
        """Choose another value of a control."""
        control = self.controls[label]
        control.value = option
        return await self._send(fragment=control.fragment)

    def follow(self) -> None:
        """Ask for the journal's position as an open page does, and rerun on news."""

        async def run() -> None:
            position = Position(self.address)
            while True:
                await asyncio.sleep(FOLLOW_EVERY)
                if self.shown and await position.ask() != self.shown:
                    self.news.append(await self.rerun())

        self._tasks.append(asyncio.create_task(run()))

    async def caught_up(self) -> None:
        """Wait until the page shows where the journal stands."""
        position = Position(self.address)
        until = time.monotonic() + PATIENCE
        while await position.ask() != self.shown:
            if time.monotonic() > until:
                raise ScriptError(f"{self.page}?{self.query} does not follow")
            await asyncio.sleep(FOLLOW_EVERY)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._socket:
            with suppress(Exception):
                await self._socket.close()

    # -- the protocol -----------------------------------------------------------------------

    async def _send(self, fragment: str, is_auto: bool = False) -> float:
        async with self._busy:
            self._done.clear()
            message = self._message(fragment, is_auto).SerializeToString()
            start = time.perf_counter()
            assert self._socket is not None
            await self._socket.send(message)
            await asyncio.wait_for(self._done.wait(), PATIENCE)
            if self._errors:
                raise ScriptError(f"{self.page}?{self.query}: {self._errors[0]}")
            self.runs += 1
            return time.perf_counter() - start

    def _message(self, fragment: str, is_auto: bool) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self._page_hash
        state.page_name = "" if self._page_hash else self.page
        state.fragment_id = fragment
        state.is_auto_rerun = is_auto
        state.cached_message_hashes.extend(self._known)
        state.context_info.url = f"{self.address}/{self.page}"
        state.context_info.timezone = "Asia/Shanghai"
        state.context_info.timezone_offset = -480
        state.context_info.locale = "zh-CN"
        state.context_info.color_scheme = self.scheme
        for control in self.controls.values():
            state.widget_states.widgets.add(id=control.id, string_value=control.value)
        return message

    async def _listen(self) -> None:
        assert self._socket is not None
        async for data in self._socket:
            message = ForwardMsg()
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            self.received += len(data)
            try:
                self._take(message)
            except Exception as error:
                self._errors.append(repr(error))
                self._done.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        metadata = message.metadata
        if kind == "ref_hash":
            self._cached[message.ref_hash] = self.runs
            message = self._known[message.ref_hash]
            kind = message.WhichOneof("type")
        elif metadata.cacheable:
            self._known[message.hash] = message
            self._cached[message.hash] = self.runs
        if kind == "new_session":
            self._page_hash = message.new_session.page_script_hash
            if not metadata.run.fragment_ids:
                self._every.clear()
        elif kind == "delta" and message.delta.HasField("new_element"):
            path = tuple(metadata.delta_path)
            self._element(message.delta.new_element, message.delta.fragment_id, path)
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "script_finished" and message.script_finished in FINISHED:
            self._forget()
            self._done.set()

    def _forget(self) -> None:
        old = [name for name, run in self._cached.items() if run < self.runs - KEPT_RUNS]
        for name in old:
            del self._cached[name], self._known[name]

    def _element(self, element: Element, fragment: str, path: tuple[int, ...]) -> None:
        kind = element.WhichOneof("type")
        if kind == "selectbox":
            self._control(element.selectbox, fragment)
        elif kind == "html":
            self.html[path] = element.html.body
        elif kind == "bidi_component" and element.bidi_component.id.endswith("-follow"):
            self.shown = json.loads(element.bidi_component.json)
        elif kind == "bidi_component":
            self.html[path] = element.bidi_component.json
        elif kind == "exception":
            self._errors.append(element.exception.message)
            self._done.set()

    def _control(self, box: Selectbox, fragment: str) -> None:
        known = self.controls.get(box.label)
        value = box.options[box.default] if box.options else ""
        if box.set_value:
            value = box.raw_value
        elif known and known.id == box.id:
            value = known.value
        self.controls[box.label] = Control(box.id, fragment, tuple(box.options), value)

    def _repeat(self, fragment: str, every: float) -> None:
        """A fragment that reruns by itself, until a full run no longer asks for it."""
        self._every[fragment] = every

        async def run() -> None:
            while self._every.get(fragment) == every:
                await asyncio.sleep(every)
                if self._every.get(fragment) == every:
                    await self.rerun(fragment, is_auto=True)

        self._tasks.append(asyncio.create_task(run()))


class Position:
    """GET /api/position over one connection that stays open, as a browser keeps it."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self) -> str:
        """The server closes what was idle for some seconds: then once more on a new one."""
        if self._streams is not None:
            with suppress(OSError, asyncio.IncompleteReadError):
                return await self._asked(*self._streams)
        self._streams = await asyncio.open_connection(self._host, self._port)
        return await self._asked(*self._streams)

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        writer.write(f"GET /api/position HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        return (await reader.readexactly(length)).decode()


def headline_of(reader: Reader) -> str:
    """The page's headline as markup."""
    return next((b for b in reader.html.values() if b.startswith('<div class="hf-headline"')), "")
