"""The documentation that is made from declarations is not out of date."""

from data.schema import LOADABLE
from metrics.cells.count import Counted
from tests.documentation import INTAKE, RECORDS, intake_page, records_page
from tests.scheme_comparison import PAGE, scheme_page


def test_the_page_of_records_is_that_of_the_schema() -> None:
    assert RECORDS.read_text("utf-8") == records_page(), "run: make docs"


def test_the_page_of_intake_tells_every_form_and_word() -> None:
    page = INTAKE.read_text("utf-8")
    assert page == intake_page(page), "run: make docs"
    assert "二〇一九年七月五日" in page


def test_the_page_of_the_two_schemes_is_that_of_the_demo_city(counted: Counted) -> None:
    assert PAGE.read_text("utf-8") == scheme_page(counted), "run: make docs"


def test_every_table_and_column_has_a_chinese_title() -> None:
    for table in LOADABLE:
        titles = [table.title, *(column.title for column in table.columns)]
        assert all(any("\u4e00" <= c <= "\u9fff" for c in title) for title in titles)
        assert len(set(titles[1:])) == len(titles[1:])
