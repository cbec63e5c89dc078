"""The routes beside the dashboard: records in, health and metrics out."""

import asyncio
import hmac
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from filelock import Timeout
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from data.channels.body import Unacceptable, too_large
from data.channels.exposition import CONTENT_TYPE, exposition
from data.channels.http import Answer, load_request, read_request, table_of
from data.channels.state import ChannelState, now, read_states, update_state
from data.config import HTTP, HttpForm
from data.environment import config, store_folder
from data.intake.loading import Loader
from data.journal.journal import Journal, JournalError, product_version
from data.journal.reconciliation import read_reconciliation
from data.journal.watch import watch_of
from data.rights import PROGRAM, Actor
from metrics.cells.store import opened

NO_STORE = {"Cache-Control": "no-store"}
STARTED_AT = now().isoformat()  # tells one process from the next
CHANNEL = ("name", "kind", "state", "last_record_at")  # what is told of each
ACTOR = Actor("http", PROGRAM)
BODY_WITHIN, NEXT_WITHIN = 300.0, 30.0  # seconds: for all of a body, for its next piece
_reading = threading.BoundedSemaphore(2)  # what is built of a body takes memory
_loading = threading.Lock()  # one request writes at a time, and the copy is made once


@cache
def _loader(store: Path) -> Loader:
    """The loader of this process, with the copy that the pages read: one record loads quickly."""
    reader = opened(store)
    return Loader(reader.journal, reader.copy, tells_each_row=True)


# -- records in -------------------------------------------------------------------------------


async def records(request: Request) -> Response:
    """POST /api/records/{kind}: who may, how much, what; then load in a thread."""
    form = config().http
    try:
        _check_token(request, form)
        kind = request.path_params["kind"]
        table_of(kind)
        body = await _body(request, form)
    except Unacceptable as error:
        return _refusal(error.status, str(error))
    except ClientDisconnect:
        return _refusal(400, "连接中断，内容未收全，未导入")
    content_type = request.headers.get("content-type", "")
    try:
        answer = await run_in_threadpool(_take, kind, body, content_type, form)
    except JournalError as error:
        return _refusal(503, f"{error}；请稍后重发")
    return JSONResponse(answer.as_json(), answer.status, NO_STORE)


def _check_token(request: Request, form: HttpForm) -> None:
    if not form.token:
        raise Unacceptable(503, f"接口未开放：环境变量 {form.token_env} 中没有令牌")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    is_same = hmac.compare_digest(token.strip().encode(), form.token.encode())
    if scheme.lower() != "bearer" or not is_same:
        raise Unacceptable(401, "令牌缺失或不正确，请在 Authorization 中给出 Bearer 令牌")


async def _body(request: Request, form: HttpForm) -> bytes:
    """The body, read only as far as it is allowed to go."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:18]) > form.max_bytes:
        raise too_large(form)
    try:
        async with asyncio.timeout(BODY_WITHIN):
            return await _received(request, form)
    except TimeoutError:
        raise Unacceptable(408, "内容迟迟未收全，连接已关闭，未导入，请重发") from None


async def _received(request: Request, form: HttpForm) -> bytes:
    body, pieces = bytearray(), aiter(request.stream())
    while True:
        async with asyncio.timeout(NEXT_WITHIN):
            piece = await anext(pieces, None)
        if piece is None:
            return bytes(body)
        body += piece
        if len(body) > form.max_bytes:
            raise too_large(form)


def _take(kind: str, body: bytes, content_type: str, form: HttpForm) -> Answer:
    store = store_folder()
    try:
        with _reading:
            read = read_request(kind, body, content_type, form)
    except Unacceptable as error:
        return Answer(error.status, str(error))
    with _loading:
        at = now()
        try:
            answer = load_request(_loader(store), read, ACTOR, at.date())
        except JournalError as error:
            sentence = str(error)
            _note(store, lambda state: state.failed(sentence))
            raise
        _note(store, lambda state: state.worked(answer.accepted, answer.rejected, now()))
    return answer


def _note(store: Path, change: Callable[[ChannelState], ChannelState]) -> None:
    """Write the state. What the journal acknowledged stands, whether or not this succeeds."""
    try:
        update_state(store, HTTP, lambda state: change(replace(state, kind=HTTP)))
    except (OSError, Timeout):
        return


def _refusal(status: int, sentence: str) -> JSONResponse:
    more = {
        401: {"WWW-Authenticate": "Bearer"},
        408: {"Connection": "close"},
        503: {"Retry-After": "5"},
    }.get(status, {})
    return JSONResponse({"message": sentence}, status, NO_STORE | more)


# -- health and metrics out -------------------------------------------------------------------


async def position(request: Request) -> PlainTextResponse:
    """Where the journal stands, from memory: every open page asks twice a second."""
    return PlainTextResponse(watch_of(store_folder()).mark(), headers=NO_STORE)


def health(request: Request) -> JSONResponse:
    """Journal position, data time, version, age of each channel: for a watcher or the wall."""
    store, at = store_folder(), now()
    journal = Journal(store)
    time = journal.data_time()
    return JSONResponse(
        {
            "status": "ok",
            "version": product_version(),
            "started_at": STARTED_AT,
            "time": at.isoformat(timespec="milliseconds"),
            "position": journal.position(),
            "data_time": time.isoformat() if time else None,
            "data_age_seconds": (at - time).total_seconds() if time else None,
            "channels": [
                {name: getattr(state, name) for name in CHANNEL}
                | {"age_seconds": state.age_seconds(at)}
                for state in read_states(store)
            ],
        },
        headers=NO_STORE,
    )


def metrics(request: Request) -> Response:
    """The same for a monitoring system, in OpenMetrics text."""
    store, at = store_folder(), now()
    copy = opened(store).copy
    copy.catch_up()
    (open_rejects,) = copy.one("SELECT count(*) FROM record.reject WHERE is_deleted IS NOT TRUE")
    last = read_reconciliation(store)
    text = exposition(copy.journal, read_states(store), int(str(open_rejects)), at, last)
    return Response(text, headers=NO_STORE | {"Content-Type": CONTENT_TYPE})


ROUTES = [
    Route("/api/records/{kind}", records, methods=["POST"]),
    Route("/api/position", position),
    Route("/api/health", health),
    Route("/api/metrics", metrics),
]
