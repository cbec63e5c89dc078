"""What an expression of a mapping may use: the columns of its source and what computes with them.

It sees nothing of the program (settings, catalogue, log), waits for nothing, and ends.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

MOST_SECONDS = 120.0
MOST_MEGABYTES = 400
LONGEST_PAD = 1_000
SOURCES = {"unnest", "range", "generate_series"}  # what may stand in a FROM besides the source
FORBIDDEN = re.compile(
    r"current_(?!date$|time$|timestamp$|localtime$|localtimestamp$)\w+|pg_(?!typeof$)\w+"
    r"|duckdb_\w+|pragma_\w+|has_\w+_privilege|inet_\w+|json_(execute|serialize)\w*|in_search_path"
    r"|get(variable|env)|get_block_size|txid_current|(next|curr|set)val|sleep_ms|write_log|stats"
    r"|version|user|session_user|repeat|bar|query|query_table|\w*obj_description|col_description"
)
PADS = {"lpad", "rpad"}


def bound_memory(con: duckdb.DuckDBPyConnection, source_bytes: int) -> None:
    """Beyond what the source takes itself: duckdb.OutOfMemoryException."""
    most = MOST_MEGABYTES + 3 * source_bytes // 1_000_000
    con.execute(f"SET memory_limit = '{most}MB'")


@contextmanager
def limited(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What runs on the connection meanwhile ends after a while: duckdb.InterruptException."""
    clock = threading.Timer(MOST_SECONDS, con.interrupt)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def forbidden(con: duckdb.DuckDBPyConnection, query: str) -> str:
    """The first thing in a query that it must not use; empty if there is none."""
    ((answer,),) = con.execute("SELECT json_serialize_sql($1)", [query]).fetchall()
    tree = json.loads(answer)
    if tree["error"]:
        return "此写法"
    nodes = list(_nodes(tree))
    named = {"source"} | {entry["key"].lower() for node in nodes for entry in _ctes(node)}
    return next((word for node in nodes if (word := _forbidden_in(node, named))), "")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """All that DuckDB's parser found, from the top."""
    if isinstance(tree, dict):
        yield tree
    for one in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(one)


def _ctes(node: dict[str, Any]) -> list[dict[str, Any]]:
    ctes = node.get("cte_map")
    return ctes["map"] if isinstance(ctes, dict) else []


def _forbidden_in(node: dict[str, Any], named: set[str]) -> str:
    kind = node.get("type")
    if kind == "BASE_TABLE" and str(node.get("table_name")).lower() not in named:
        return str(node.get("table_name"))
    if kind in ("SHOW_REF", "TABLE_FUNCTION"):
        name = str(node.get("function", {}).get("function_name", "SHOW"))
        return "" if name in SOURCES else name
    name = str(node.get("function_name", "")).lower()
    is_wide = name in PADS and not _is_short(node["arguments"][1:2])
    return name if is_wide or FORBIDDEN.fullmatch(name) else ""


def _is_short(width: list[dict[str, Any]]) -> bool:
    """Whether a width is written out and small; a wide one would fill all memory in one step."""
    literal = width[0].get("expression", {}).get("literal", {}) if width else {}
    return re.fullmatch(r"\d{1,9}", str(literal.get("text"))) is not None and (
        int(literal["text"]) <= LONGEST_PAD
    )
