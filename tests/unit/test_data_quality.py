"""Completeness, timeliness and consistency: what is counted, what is not, and that sums add up."""

from datetime import date

import pytest

from metrics.cells.count import Counted, count
from metrics.examples.indicator_examples import SCHEMES, copy_of, records_of
from metrics.indicators.catalogue import Catalogue
from metrics.indicators.views import Views
from metrics.integrity.data_quality import Share, data_quality, overall, source_of
from metrics.wording.quality_words import quality_headline, summed

JULY = date(2019, 7, 1), date(2019, 7, 31)
VISITS = """
household | officer | purpose | note_digest | started_at       | ended_at         | entered_at
h1        | o1      | 走访    | aaaaaa      | 2019-07-01 09:00 | 2019-07-01 09:30 | 2019-07-04 09:30
h2        | o1      |         |             | 2019-07-01 10:00 | 2019-07-01 09:30 | 2019-07-04 09:31
h3        | o1      | 走访    | bbbbbb      | 2019-07-02 10:00 |                  |
"""
TASKS = """
dispatched_at    | done_on    | voided_on
2019-07-03 10:00 | 2019-07-03 | 2019-07-05
"""


def test_each_share_has_its_own_denominator() -> None:
    records = copy_of(records_of("x", {"visit": VISITS, "task": TASKS}))
    counted = count(records, Catalogue({}, Views({})), SCHEMES, JULY[1])
    (found,) = data_quality(counted, *JULY)  # the voided task is not counted
    assert (found.station, found.table) == ("一所", "走访")
    assert found.measured.records == 3
    assert found.measured.complete == Share(15, 18)
    assert found.measured.timely == Share(1, 2)  # 72 hours to the minute are in time
    assert found.measured.consistent == Share(1, 2)


@pytest.mark.parametrize(
    ("name", "table", "source"),
    [
        ("模拟数据-visit", "visit", "模拟数据"),
        ("走访-2019-07.csv", "visit", "走访.csv"),
        ("走访 (2).xlsx", "visit", "走访.xlsx"),
        ("http", "visit", "http"),
        ("20190701", "visit", "20190701"),
    ],
)
def test_files_of_one_system_stand_together(name: str, table: str, source: str) -> None:
    assert source_of(name, table) == source


def test_parts_add_up_to_the_whole(counted: Counted) -> None:
    found = data_quality(counted, *JULY)
    whole = overall(found)
    for by in (lambda q: q.station, lambda q: q.table, lambda q: q.source):
        sums = summed(found, by)
        assert sum(measured.records for _, measured in sums) == whole.records
        assert sum(measured.timely.good for _, measured in sums) == whole.timely.good
    names = [name for name, _ in summed(found, lambda q: q.station)]
    assert names[-1] == "未知"
    assert len(names) == 15


def test_the_sentences_name_the_shares_and_who_lags(counted: Counted) -> None:
    said = quality_headline("2019年7月", data_quality(counted, *JULY))
    assert "完整率 99" in said
    assert "及时率最低的是矿建派出所" in said
    assert quality_headline("2019年9月", []) == "2019年9月没有记录"
