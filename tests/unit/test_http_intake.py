"""Records over HTTP: the pure intake of a body, and a real server on loopback."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.applications import Starlette

from data.channels import body
from data.channels.exposition import exposition
from data.channels.http import Answer, split_reasons
from data.channels.state import ChannelState, now, read_state
from data.config import HttpForm
from data.intake.files import load_table
from data.intake.loading import Loader
from data.intake.rejects import open_rejects
from data.journal.copy import Copy, fetch_arrow
from data.journal.journal import Journal
from data.rights import command_line
from data.schema import TABLES
from pages.server import routes
from pages.server.routes import ROUTES
from tests.patience import PATIENCE
from tests.request import take

TODAY = date(2019, 8, 19)
LIMITS = HttpForm(max_bytes=200_000, max_rows=500)
JSON, LINES = "application/json", "application/x-ndjson; charset=utf-8"
VISIT = {"id": "v1", "started_at": "2019-08-01 09:00", "village": "A"}
# What is missing nothing counts as valid: no figure gains when it is moved or deleted.
VALID = VISIT | {"household": "H1", "ended_at": "2019-08-01 09:30", "purpose": "走访"}


def seeded(store: Path) -> Path:
    """A store with one village and the station above it."""
    for name, row in (
        ("station", {"code": "S", "name": "所", "unit_group": "城区"}),
        ("village", {"code": "A", "name": "甲", "kind": "village", "station": "S"}),
    ):
        columns = {c: pa.array([row.get(c)], pa.string()) for c in TABLES[name].names}
        load_table(store, pa.table(columns), TABLES[name], name, command_line(), TODAY)
    return store


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    journal = Journal(seeded(tmp_path))
    return Loader(journal, Copy(journal), tells_each_row=True)


def sent(loader: Loader, body: Any, kind: str = "visit", content_type: str = JSON) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return take(loader, kind, raw, content_type, LIMITS, command_line(), TODAY)


def stored(loader: Loader, kind: str = "visit") -> list[dict[str, Any]]:
    copy = Copy(Journal(loader.journal.folder.parent), {kind})
    copy.catch_up()
    rows = fetch_arrow(copy.cursor(), f'SELECT * FROM record."{kind}" ORDER BY id').to_pylist()
    return list(rows)


def outcomes(answer: Answer) -> list[str]:
    return [row.outcome for row in answer.rows]


# -- what is taken ----------------------------------------------------------------------------


def test_one_object_is_a_record_and_again_it_is_unchanged(loader: Loader) -> None:
    first = sent(loader, VISIT)
    assert (first.status, outcomes(first), first.rows[0].id) == (200, ["added"], "v1")
    assert first.position == loader.journal.position()
    again = sent(loader, VISIT)
    assert (outcomes(again), again.position) == (["unchanged"], first.position)
    changed = sent(loader, VISIT | {"purpose": "宣传"})
    assert (outcomes(changed), changed.position) == (["corrected"], first.position + 1)


def test_chinese_titles_and_words_are_understood(loader: Loader) -> None:
    row = {"记录编号": "v2", "开始时间": "2019年8月1日 09:00", "村（社区）编码": "A"}
    assert outcomes(sent(loader, [row])) == ["added"]
    assert stored(loader)[0]["village"] == "A"


def test_ndjson_rows_are_numbered_by_line(loader: Loader) -> None:
    lines = [json.dumps(VISIT), "", json.dumps(VISIT | {"id": "v2", "village": "X"}), "\r"]
    answer = sent(loader, "\n".join(lines).encode(), content_type=LINES)
    assert [(row.row, row.outcome) for row in answer.rows] == [(1, "added"), (3, "rejected")]
    assert answer.rows[1].reasons == ("村（社区）编码“X”未在登记册中",)


def test_answers_come_in_the_order_of_the_input_with_every_reason(loader: Loader) -> None:
    rows = [VISIT | {"id": f"v{n}", "started_at": f"2019-08-01 09:{n:02}"} for n in range(9, 0, -1)]
    rows[4] = {"id": "bad", "village": "X", "note_digest": "了解情况"}
    answer = sent(loader, rows)
    assert [row.row for row in answer.rows] == list(range(1, 10))
    assert [row.id for row in answer.rows] == [row["id"] for row in rows]
    assert (answer.status, answer.accepted, answer.rejected) == (200, 8, 1)
    assert len(answer.rows[4].reasons) == 3


def test_what_a_row_does_not_name_keeps_its_value_and_null_empties_it(loader: Loader) -> None:
    sent(loader, [VISIT, VALID | {"id": "v2"}])
    answer = sent(
        loader,
        [{"id": "v1", "started_at": "2019-08-02 10:00"}, VALID | {"id": "v2", "village": None}],
    )
    assert outcomes(answer) == ["corrected", "corrected"]
    assert [row["village"] for row in stored(loader)] == ["A", None]


def test_a_register_takes_its_id_from_its_key(loader: Loader) -> None:
    village = {"code": "B", "name": "乙", "kind": "社区", "station": "S"}
    answer = sent(loader, [village], "village")
    assert answer.rows[0].id == "B@1900-01-01"
    assert outcomes(sent(loader, [village], "village")) == ["unchanged"]


def test_numbers_and_booleans_are_taken_as_written(loader: Loader) -> None:
    row = {"id": 7, "team": 1.50, "started_at": "2019-08-01", "points_due": 9, "is_deleted": False}
    answer = sent(loader, [row, row | {"id": 8, "points_due": 9.5}], "patrol")
    assert outcomes(answer) == ["added", "rejected"]
    (patrol,) = stored(loader, "patrol")
    assert (patrol["id"], patrol["team"], patrol["points_due"]) == ("7", "1.5", 9)


def test_a_deletion_is_a_version(loader: Loader) -> None:
    sent(loader, VALID)
    assert outcomes(sent(loader, {**VALID, "is_deleted": True})) == ["corrected"]
    assert stored(loader)[0]["is_deleted"] is True


def test_unknown_columns_are_told_and_not_kept(loader: Loader) -> None:
    answer = sent(loader, [VISIT | {"name": "张三", "village": "X", "更多": {"a": [1]}}])
    assert answer.ignored == ("name", "更多")
    assert "未使用的列：name、更多" in answer.message
    loader.copy.catch_up()  # type: ignore[union-attr]
    kept = str(open_rejects(loader.copy, command_line()).to_pylist())  # type: ignore[arg-type]
    assert "未在登记册中" in kept
    assert "张三" not in kept


# -- what is not ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type", "status", "told"),
    [
        (b"", JSON, 400, "内容为空"),
        (b" \n ", LINES, 400, "内容为空"),
        (b"[]", JSON, 400, "内容为空"),
        (b'[{"id": 1},\n {"id": 2,]', JSON, 400, "第 2 行第 11 个字符"),
        (b'{"id": 1}\n\n{"id"', LINES, 400, "第 3 行"),
        (b'{"id": NaN}', JSON, 400, "NaN"),
        (b'{"id": 1}\n{"id": -Infinity}', LINES, 400, "第 2 行"),
        (b"[" * 100_000, JSON, 400, "嵌套过深"),
        ("{“id”: 1}".encode("gbk"), JSON, 400, "UTF-8"),
        (b"{} {}", JSON, 400, "不是合法的 JSON"),
        (b"<xml/>", "text/xml", 415, "Content-Type"),
        (b"{}", "", 415, "Content-Type"),
        (b"{}", "application/json; charset=gbk", 415, "charset"),
        (b'"' + b"x" * 200_000 + b'"', JSON, 413, "200,000 字节"),
        (b"[" + b"1," * 500 + b"1]", JSON, 413, "500 行"),
    ],
)
def test_a_body_that_cannot_be_understood_is_refused_whole(
    loader: Loader, body: bytes, content_type: str, status: int, told: str
) -> None:
    before = loader.journal.position()
    answer = sent(loader, body, content_type=content_type)
    assert answer.status == status
    assert told in answer.message
    assert set(answer.as_json()) == {"message"}
    assert loader.journal.position() == before


def test_lines_and_keys_are_counted_before_any_is_parsed(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "_parsed", lambda *_: pytest.fail("parsed"))
    answer = sent(loader, b"{}\n\n" * 1_000 + b"{}", content_type=LINES)
    assert (answer.status, "实为 1,001 行" in answer.message) == (413, True)
    limits = HttpForm(max_rows=1)
    keys = b"{" + b",".join(b'"k%d": 1' % at for at in range(201)) + b"}"
    answer = take(loader, "visit", keys, JSON, limits, command_line(), TODAY)
    assert (answer.status, "键超过 200 个" in answer.message) == (413, True)


def test_a_row_of_many_keys_is_rejected(loader: Loader) -> None:
    answer = sent(loader, [VALID, {f"k{at}": 1 for at in range(201)}])
    assert [row.outcome for row in answer.rows] == ["added", "rejected"]
    assert "应不超过 200 个键，实有 201 个" in answer.rows[1].reasons[0]


@pytest.mark.parametrize("kind", ["nothing", "reject", "bureau", "../case", "", "走访"])
def test_an_unknown_kind_is_told_with_the_known_ones(loader: Loader, kind: str) -> None:
    answer = sent(loader, VISIT, kind)
    assert (answer.status, "visit（走访）" in answer.message) == (404, True)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (3, "应为一个对象"),
        ([VISIT], "应为一个对象"),
        (None, "应为一个对象"),
        ({}, "没有一列是本表的列"),
        ({"foo": 1}, "没有一列是本表的列"),
        (VISIT | {"purpose": {"a": 1}}, "“purpose”应为单个值"),
        (VISIT | {"purpose": []}, "“purpose”应为单个值"),
        (VISIT | {"purpose": "a\0b"}, "NUL"),
        (VISIT | {"purpose": "\ud83d"}, "代理字符"),
        (VISIT | {"记录编号": "v1"}, "“记录编号”重复"),
        (VISIT | {"started_at": True}, "不是时间"),
        (VISIT | {"is_deleted": "maybe"}, "不是“是”或“否”"),
        (VISIT | {"started_at": "2099-01-01"}, "在未来"),
        (VISIT | {"purpose": "x" * 501}, "超过 500 字"),
        (VISIT | {"purpose": "13812345678"}, "手机号"),
        ({k: v for k, v in VISIT.items() if k != "id"}, "缺少记录编号"),
    ],
)
def test_a_bad_row_is_rejected_beside_a_good_one(loader: Loader, row: Any, reason: str) -> None:
    body = json.dumps([VISIT | {"id": "good"}, row]).encode()
    answer = sent(loader, body)
    assert outcomes(answer) == ["added", "rejected"]
    assert any(reason in one for one in answer.rows[1].reasons)
    assert sent(loader, json.dumps([row]).encode()).status == 422
    assert [one["id"] for one in stored(loader)] == ["good"]


def test_a_key_twice_in_an_object_is_rejected(loader: Loader) -> None:
    answer = sent(loader, b'{"id": "a", "id": "b", "started_at": "2019-08-01"}')
    assert "“id”重复" in answer.rows[0].reasons[0]


def test_the_same_id_twice_in_a_body_is_told_also_when_the_columns_differ(loader: Loader) -> None:
    answer = sent(loader, [VISIT, VISIT, VISIT | {"id": "x"}, {**VISIT, "id": "x", "purpose": "b"}])
    assert outcomes(answer) == ["added", "added", "rejected", "rejected"]
    assert answer.rows[1].reasons == ()  # it says the same again
    assert "内容不一" in answer.rows[2].reasons[0]


def test_rejects_of_the_same_body_are_not_kept_twice_and_groups_keep_their_own(
    loader: Loader,
) -> None:
    body = [VISIT | {"village": "X"}, {"id": "v2", "started_at": "?"}, 5]
    for _ in range(2):
        assert sent(loader, body).status == 422
    assert loader.copy is not None
    loader.copy.catch_up()
    rows = open_rejects(loader.copy, command_line()).to_pylist()
    assert sorted(row["row_number"] for row in rows) == [1, 2, 3]


def test_too_many_combinations_of_columns_are_refused(loader: Loader) -> None:
    names = TABLES["case"].names[1:8]
    rows = [
        {"id": str(n)} | {name: None for bit, name in enumerate(names) if n >> bit & 1}
        for n in range(64)
    ]
    answer = sent(loader, rows, "case")
    assert (answer.status, "组合" in answer.message) == (413, True)


def test_reasons_are_taken_apart_outside_of_quotes() -> None:
    assert split_reasons("日期“a；b”不是日期；缺少编号") == ("日期“a；b”不是日期", "缺少编号")


values = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
values |= st.text(max_size=8) | st.lists(st.integers(), max_size=2) | st.integers()
keys = st.sampled_from(["id", "记录编号", "started_at", "village", "foo"]) | st.text(max_size=4)
bodies = st.lists(values | st.dictionaries(keys, values, max_size=4), min_size=1, max_size=6)


def test_whatever_comes_every_row_has_one_answer(tmp_path: Path) -> None:
    journal = Journal(seeded(tmp_path))
    one = Loader(journal, Copy(journal), tells_each_row=True)

    @settings(max_examples=25)
    @given(bodies)
    def answered(body: list[Any]) -> None:
        answer = sent(one, json.dumps(body).encode())
        assert answer.status in (200, 422)
        assert [row.row for row in answer.rows] == list(range(1, len(body) + 1))
        assert all(bool(row.reasons) == (row.outcome == "rejected") for row in answer.rows)
        again = sent(one, json.dumps(body).encode())
        assert not {"added", "corrected"} & set(outcomes(again))

    answered()


# -- a real server ----------------------------------------------------------------------------

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seeded(tmp_path_factory.mktemp("http"))


@pytest.fixture(scope="module")
def port(store: Path) -> Iterator[int]:
    """The routes on a free port (the store and the token are in the environment)."""
    config = store / "hongfeng.toml"
    config.write_text("[http]\nmax_bytes = 100000\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch, socket.socket() as free:
        patch.setenv("HONGFENG_STORE", str(store))
        patch.setenv("HONGFENG_CONFIG", str(config))
        patch.setenv("HONGFENG_TOKEN", "right")
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=ROUTES), log_level="error"))
        thread = threading.Thread(target=server.run, args=([free],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield free.getsockname()[1]
        server.should_exit = True
        thread.join(PATIENCE)


@pytest.fixture
def ask(port: int) -> Ask:
    def asked(
        method: str, path: str, body: Any = None, token: str | None = "right", **headers: str
    ) -> tuple[int, Any]:
        given = {"Content-Type": JSON} | {k.replace("_", "-"): v for k, v in headers.items()}
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        raw = json.dumps(body).encode() if isinstance(body, dict | list) else body
        connection.request(method, path, raw, given)
        response = connection.getresponse()
        content = response.read().decode()
        is_json = response.headers["Content-Type"].startswith(JSON)
        return response.status, json.loads(content) if is_json else content

    return asked


def test_a_posted_record_is_acknowledged_by_the_journal(ask: Ask, store: Path) -> None:
    status, told = ask("POST", "/api/records/visit", [VISIT | {"id": "h1"}, 3])
    assert (status, told["accepted"], told["rejected"]) == (200, 1, 1)
    assert told["rows"][0] == {"row": 1, "id": "h1", "outcome": "added", "reasons": []}
    assert told["position"] == Journal(store).position()
    state = read_state(store, "http")
    assert (state.state, state.kind, state.records_today >= 1) == ("运行", "http", True)


@pytest.mark.parametrize(
    "token", [None, "", "wrong", "right2", "righ", "令牌".encode().decode("latin-1")]
)
def test_a_wrong_token_is_told_before_the_body_is_read(ask: Ask, token: str | None) -> None:
    status, told = ask("POST", "/api/records/visit", VISIT, token)
    assert (status, "令牌" in told["message"]) == (401, True)


def test_without_a_token_the_intake_is_closed(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGFENG_TOKEN", " ")
    for token in (None, "", "right"):
        status, told = ask("POST", "/api/records/visit", VISIT, token)
        assert (status, "未开放" in told["message"]) == (503, True)


def test_statuses(ask: Ask) -> None:
    assert ask("POST", "/api/records/nothing", VISIT)[0] == 404
    assert ask("POST", "/api/records/visit", b"{}", Content_Type="text/csv")[0] == 415
    assert ask("POST", "/api/records/visit", b"{")[0] == 400
    assert ask("POST", "/api/records/visit", [1])[0] == 422
    assert ask("GET", "/api/records/visit")[0] == 405


def answered_early(port: int, head: str, chunk: bytes, most: int) -> bytes:
    """Send until the server answers or hangs up; the answer. `most`: chunks."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(head.encode())
        for _ in range(most):
            try:
                line.sendall(chunk)
            except OSError:
                break
        return line.recv(4096)


@pytest.mark.parametrize("size", ["Content-Length: 5000000000", "Transfer-Encoding: chunked"])
def test_a_body_too_large_is_refused_without_reading_it_all(port: int, size: str) -> None:
    head = (
        f"POST /api/records/visit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\n"
        f"Content-Type: application/json\r\n{size}\r\n\r\n"
    )
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n" if "chunked" in size else b""
    answer = answered_early(port, head, chunk, 4)  # 128 KiB of it, and the end never comes
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_go_on_is_closed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "NEXT_WITHIN", 0.1)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(
            b"POST /api/records/visit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\n"
            b'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"id": "half"'
        )
        answer = b"".join(iter(lambda: line.recv(4096), b""))  # until the server has closed it
    assert answer.startswith(b"HTTP/1.1 408")
    assert "未收全" in answer.decode()


def test_a_client_that_hangs_up_leaves_nothing(port: int, ask: Ask, store: Path) -> None:
    before = Journal(store).position()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(
            b"POST /api/records/visit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\n"
            b'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"id": "half"'
        )
    time.sleep(0.2)
    assert ask("GET", "/api/health", token=None)[1]["position"] == before


def test_posts_at_once_are_all_there_once(ask: Ask, store: Path) -> None:
    answers: list[int] = []

    def post(number: int) -> None:
        row = VISIT | {"id": f"p{number % 8}"}
        answers.append(ask("POST", "/api/records/visit", row)[0])

    threads = [threading.Thread(target=post, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 16
    parts = [p for p in Journal(store).parts() if p.source == "HTTP 接口" and p.table == "visit"]
    assert sum(p.rows for p in parts) == len(stored(Loader(Journal(store))))


def test_a_journal_that_cannot_be_written_is_told_and_nothing_is_acknowledged(
    ask: Ask, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    status, told = ask("POST", "/api/records/visit", VISIT | {"id": "full"})
    told = told["message"]
    assert (status, told) == (503, "写入日志失败：磁盘已满，请清理后再试；本次未导入；请稍后重发")
    assert read_state(store, "http").state == "告警"


def test_health_tells_position_and_channels(ask: Ask, store: Path) -> None:
    ask("POST", "/api/records/visit", VISIT | {"id": "h2"})
    status, told = ask("GET", "/api/health", token=None)
    assert (status, told["status"]) == (200, "ok")
    assert told["position"] == Journal(store).position()
    (channel,) = [one for one in told["channels"] if one["name"] == "http"]
    assert channel["age_seconds"] < 30


def test_metrics_are_open_metrics(ask: Ask, store: Path) -> None:
    ask("POST", "/api/records/visit", [VISIT | {"id": "h3"}, VISIT | {"id": "h4", "village": "X"}])
    status, text = ask("GET", "/api/metrics", token=None)
    assert status == 200
    lines = text.splitlines()
    assert lines[-1] == "# EOF"
    (position,) = [line for line in lines if line.startswith("hongfeng_journal_position ")]
    assert float(position.split()[1]) == Journal(store).position()
    assert any(line.startswith('hongfeng_records_accepted_total{channel="http"}') for line in lines)
    (open_rejects,) = [line for line in lines if line.startswith("hongfeng_rejects_open ")]
    assert float(open_rejects.split()[1]) >= 1
    assert all(line.startswith(("# ", "hongfeng_")) for line in lines)


def test_a_reader_of_open_metrics_understands_every_family(store: Path) -> None:
    name = 'a"b\\c\nd'
    state = ChannelState(name, state="运行", records_total=7, rejected_total=2)
    text = exposition(Journal(store), [state, ChannelState("idle")], 3, now())
    families = {family.name: family for family in text_string_to_metric_families(text)}
    of_channel = {
        family.name: (family.type, sample.value)
        for family in families.values()
        for sample in family.samples
        if sample.labels == {"channel": name}
    }
    assert of_channel == {
        "hongfeng_channel_up": ("gauge", 1),
        "hongfeng_records_accepted": ("counter", 7),
        "hongfeng_records_rejected": ("counter", 2),
    }
    assert [sample.value for sample in families["hongfeng_rejects_open"].samples] == [3]
    assert [sample.value for sample in families["hongfeng_channel_up"].samples] == [1, 0]
    assert not families["hongfeng_reconcile_age_seconds"].samples
