"""Sessions at once: CPU of a rerun by page, how long readers wait, whether memory stays flat."""

import asyncio
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.crowd import VIEWS, Crowd, Plan
from tests.bench.figure import Figure, percentile
from tests.bench.process import cpu_seconds, rss_mib
from tests.bench.reader import Reader
from tests.bench.stores import demo, writable
from tests.chromium import Server, served

ONE = ((10, None), (25, 0.5), (50, 1.0))  # readers in one process, and how long 95 % may wait
TWO = ((25, None), (50, None), (100, 1.0))
SECONDS = 30.0
RERUNS = 10_000
OTHERS = (  # pages that the crowd does not read
    *("comparison", "trends", "clearance", "fairness", "village_map", "hours"),
    *("assessment", "ledger", "scheme", "checks", "reports"),
)
TIMES = 40  # reruns of a page in a row


def run(place: Path) -> Iterator[Figure]:
    """Needs no network; about four minutes."""
    store = writable(demo(place), place / "sessions")
    with served(store) as server:
        yield from pages(server)
        for readers, goal in ONE:
            yield from reading([server], readers, goal)
    with ExitStack() as stack:
        both = [stack.enter_context(served(store)) for _ in range(2)]
        for readers, goal in TWO:
            yield from reading(both, readers, goal)
    with served(store) as server:
        yield from memory(server, RERUNS)


def pages(server: Server) -> Iterator[Figure]:
    """One session, back to back: plain reruns, and reruns with another period each time."""
    for page, query in dict.fromkeys((*VIEWS, *((page, "") for page in OTHERS))):
        name = f"{page or 'overview'}{'?' if query else ''}{query}"
        plain, changed, wall = asyncio.run(_page(server, page, query))
        yield Figure(f"CPU of a rerun, {name}", plain, "ms", 50)
        yield Figure(f"CPU of a rerun with another period, {name}", changed, "ms", 50)
        yield Figure(f"reruns of one session, {name}", 1000 / wall, "/s", 15, "≥")


async def _page(server: Server, page: str, query: str) -> tuple[float, float, float]:
    reader = Reader(server.address, page, query)
    await reader.open()
    options = reader.controls["期间"].options[:6] if "期间" in reader.controls else ()
    for option in options:
        await reader.choose("期间", option)
    start, waits = cpu_seconds(server.pid), []
    for _ in range(TIMES):
        waits.append(await reader.rerun())
    plain = cpu_seconds(server.pid) - start
    start = cpu_seconds(server.pid)
    for i in range(TIMES):
        await (reader.choose("期间", options[i % len(options)]) if options else reader.rerun())
    changed = cpu_seconds(server.pid) - start
    await reader.close()
    wall = statistics.fmean(waits)
    return plain / TIMES * 1000, changed / TIMES * 1000, wall * 1000


def reading(servers: Sequence[Server], readers: int, goal: float | None) -> Iterator[Figure]:
    """Readers with a mean think time of 3 s."""
    crowd = Crowd(Plan([server.address for server in servers], readers, SECONDS))
    crowd.wait_for("open")
    opened = _cpu(servers)
    crowd.wait_for("start")
    idle = (started := _cpu(servers)) - opened
    crowd.wait_for("done")
    used = _cpu(servers) - started
    found = crowd.result()
    name = f"{readers} readers, {len(servers)} process{'es' if len(servers) > 1 else ''}"
    waits = found.waits
    idle_share = idle / Plan.idle
    yield Figure(f"{name}, p50", statistics.median(waits), "s")
    yield Figure(f"{name}, p95", percentile(waits, 0.95), "s", goal)
    yield Figure(f"{name}, reruns", len(waits) / SECONDS, "/s")
    own = used - idle_share * SECONDS
    yield Figure(f"{name}, CPU of a rerun", own / len(waits) * 1000, "ms", 50)
    yield Figure(f"{name}, CPU while idle", idle_share * 100, "% of a core")
    yield Figure(f"{name}, memory", max(rss_mib(server.pid) for server in servers), "MiB")


def _cpu(servers: Sequence[Server]) -> float:
    return sum(cpu_seconds(server.pid) for server in servers)


def memory(server: Server, reruns: int) -> Iterator[Figure]:
    """Memory after a tenth of the reruns and after all of them."""
    first, last, rate = asyncio.run(rerun_often(server, reruns))
    yield Figure(f"memory after {reruns // 10:,} reruns", first, "MiB")
    yield Figure(f"memory after {reruns:,} reruns", last, "MiB", first * 1.05)
    yield Figure("reruns, saturated, one process", rate, "/s", 15, "≥")


async def rerun_often(server: Server, reruns: int) -> tuple[float, float, float]:
    """Medians of the memory in the second and the last tenth, and reruns per second.

    Four sessions at a time without a pause; each is closed after some reruns, as people leave.
    """
    sizes: list[float] = []
    loop = asyncio.get_running_loop()
    start = loop.time()

    async def visitor(number: int) -> None:
        while len(sizes) < reruns:
            page, query = VIEWS[(number + len(sizes)) % len(VIEWS)]
            reader = Reader(server.address, page, query)
            await reader.open()
            for i in range(25):
                await _one_of_six(reader, i)
                sizes.append(rss_mib(server.pid))
            await reader.close()

    await asyncio.gather(*(visitor(number) for number in range(4)))
    tenth = max(1, len(sizes) // 10)
    rate = len(sizes) / (loop.time() - start)
    return statistics.median(sizes[tenth : 2 * tenth]), statistics.median(sizes[-tenth:]), rate


async def _one_of_six(reader: Reader, i: int) -> None:
    if "期间" not in reader.controls:
        await reader.rerun()
        return
    options = reader.controls["期间"].options[:6]
    await reader.choose("期间", options[i % len(options)])
