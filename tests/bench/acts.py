"""What an act costs the others: the next drawing of each page after one, against a rerun.

A verdict, a mark on the charts, an approval of the ledger and a note of the meeting leave most
figures as they are: what a page shows of a month that is not touched must not be made anew.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from streamlit.testing.v1 import AppTest

from data.decisions.annotations import Annotation, annotate
from data.decisions.verdicts import judge
from data.intake.loading import Loader
from data.rights import Actor, persons
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.integrity.flag import subject_of
from metrics.results import Results
from metrics.scoring.ledger import Proposal, propose, settle
from tests.bench.figure import Figure
from tests.bench.stores import demo, writable
from tests.page_driver import fresh_caches, open_page

SHOWN = "2019-05"  # what the pages show; the acts are about July
TOUCHED = "2019-07"
PAGES = (
    "overview ranking unit indicator comparison trends clearance fairness village_map hours"
    " assessment scheme checks ledger reports"
).split()
AT = datetime(2019, 8, 19, 9)
REPEATS = 3


def run(place: Path) -> Iterator[Figure]:
    folder = writable(demo(place), place / "acts")
    os.environ["HONGFENG_STORE"] = str(folder)
    with fresh_caches():
        pages = {page: open_page(page, role="political", period=SHOWN) for page in PAGES}
        for name, act in acts(Store(folder)).items():
            ratios = {}
            for page, app in pages.items():
                still = statistics.median(seconds(app) for _ in range(REPEATS))
                act()
                ratios[page] = seconds(app) / still
            worst = max(ratios, key=ratios.__getitem__)
            yield Figure(f"after {name}: {worst} ÷ a rerun (the worst page)", ratios[worst], "×", 2)
            middle = statistics.median(ratios.values())
            yield Figure(f"after {name}: median page ÷ a rerun", middle, "×", 2)


def seconds(app: AppTest) -> float:
    start = time.perf_counter()
    app.run()
    return time.perf_counter() - start


def acts(store: Store) -> dict[str, Callable[[], object]]:
    """Each call is another act of its kind."""
    first, second = (actor_of(name) for name in ("political", "political-2"))
    results = Results(store, store.counted(), first)
    years = (parse_period(str(year), results.counted.as_of) for year in range(2016, 2020))
    flags = iter([flag for year in years for flag in results.flags(year)])
    numbers = iter(range(1, 10_000))

    def mark() -> None:
        loader = Loader(store.journal, store.copy, tells_each_row=True)
        annotate(
            loader, Annotation(date(2019, 7, 9), f"专项行动 {next(numbers)}", "政治处"), first, AT
        )

    def verdict() -> None:
        judge(store.journal, subject_of(next(flags)), "排除", "已核对原始登记", first, AT)

    def approval() -> None:
        n = next(numbers)
        bonus = Proposal(
            *(TOUCHED, "station", f"S{n % 14 + 1:02d}", "bonus", Fraction(1, 10)),
            *("verified-tip", f"舞公政〔2019〕{n}号", f"线索-{n}"),
        )
        item = propose(store.journal, store.schemes[-1], bonus, first, AT)
        settle(store.journal, item.id, True, "", second, AT)

    return {"a verdict": verdict, "a mark": mark, "an approval": approval}


def actor_of(name: str) -> Actor:
    person = persons()[name]
    return Actor(person.code, person.role, person.unit)
