"""Every number in a sentence of the bulletin is the number computed, whatever the period."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.cells.store import Store
from metrics.documents.bulletin import Bulletin, Paragraph, Section, bulletin
from metrics.documents.changes import WORK, IndicatorChange, change_sentence, yearly_changes
from metrics.documents.material import Material
from metrics.documents.parts import UNNAMED
from metrics.figures.measure import Figure, measure_all
from pages.documents.build import issued_on
from pages.documents.bulletin import Imprint, bulletin_bytes
from pages.documents.writing import tight
from tests.papers import ACTOR, NUMBER, docx_lines, half_up, material, small_city, value

SECTIONS = ["整体情况", "上升情况", "下降情况", "存在问题", "工作建议"]
MONTHS = [f"{year}-{month:02}" for year in (2016, 2017, 2018, 2019) for month in range(1, 13)]
PERIODS = st.one_of(
    st.sampled_from(MONTHS[:44]),
    st.builds("{}-W{:02}".format, st.integers(2016, 2018), st.integers(1, 52)),
    st.sampled_from(["2018-Q1", "2018-Q4", "2019-Q2", "2017-H2", "2018", "2019", "2019-08"]),
    st.dates(date(2016, 1, 1), date(2019, 8, 19)).map(lambda day: f"{day}..{day}"),
)
PIECE = re.compile(
    rf"(?:^|、)([^、：；，。]+?) ({NUMBER})(?: ([^（）、；。\d]+?))?（占 ({NUMBER})%）"
)
SIDE = re.compile(rf"(\d+) 个单位共(增加|减少|拉高|拉低) ({NUMBER}) ?([^：]*?)：([^；。]+)")


@pytest.fixture(scope="module")
def store(demo: Store) -> Store:
    return demo


def check(found: Material) -> Bulletin:
    """All that holds of any bulletin."""
    said = bulletin(found)
    assert [section.title for section in said.sections] == SECTIONS
    for section in said.sections:
        assert section.paragraphs, section.title
        for paragraph in section.paragraphs:
            check_language(paragraph)
    overall, up, down, problems, advice = said.sections
    figures = figures_of(found)
    check_work(overall, figures)
    check_moves(found, up, "up", figures)
    check_moves(found, down, "down", figures)
    assert all(paragraph.text for paragraph in problems.paragraphs)
    check_advice(found, advice)
    return said


def check_language(paragraph: Paragraph) -> None:
    text = paragraph.text
    assert text.endswith("。"), text
    for wrong in ("nan", "None", "inf", "  ", "。。", "，。", "：。", "占 —", "Fraction"):
        assert wrong not in text, text
    assert not re.search(r"(上升|下降|增加|减少|高|低|拉高|拉低|尚差|超出) [−-]", text), text


def figures_of(found: Material) -> dict[str, dict[str, dict[str, Figure]]]:
    """Level -> title of the indicator -> name of the unit -> figure, measured anew."""
    ids = {change.whole.indicator.id for change in yearly_changes(found)}
    asked = [found.catalogue[name] for name in ids]
    return {
        level: {
            found.catalogue[name].title: {f.name: f for f in figures}
            for name, figures in measure_all(
                found.counted,
                asked,
                level,
                found.period,
                ACTOR,  # type: ignore[arg-type]
            ).items()
        }
        for level in ("bureau", "station")
    }


def whole_of(figures: dict[str, dict[str, dict[str, Figure]]], title: str) -> Figure:
    (whole,) = figures["bureau"][title].values()
    return whole


def check_work(overall: Section, figures: dict[str, dict[str, dict[str, Figure]]]) -> None:
    for paragraph in overall.paragraphs:
        if paragraph.heading not in figures["bureau"]:
            continue
        whole = whole_of(figures, paragraph.heading)
        total = re.match(rf"共 ({NUMBER}) ", paragraph.text)
        assert total
        assert value(total[1]) == whole.numerator
        if whole.last_year_numerator is not None and "较去年同期" in paragraph.text:
            moved = re.search(
                rf"较去年同期（({NUMBER}) \S+?）(增加|减少) ({NUMBER})", paragraph.text
            )
            assert moved
            difference = (whole.numerator or 0) - whole.last_year_numerator
            assert value(moved[1]) == whole.last_year_numerator
            assert value(moved[3]) == abs(difference)
            assert moved[2] == ("增加" if difference > 0 else "减少")
        listed = paragraph.text.partition("由多到少：")[2]
        if not whole.numerator:
            assert not listed
            continue
        pieces = check_pieces(listed.rstrip("。"), whole.numerator)
        stations = figures["station"][paragraph.heading]
        for name, amount in pieces:
            if name in stations:
                assert amount == stations[name].numerator


def check_pieces(listed: str, total: int | None) -> list[tuple[str, Decimal]]:
    """甲所 12 件（占 40.0%）…: descending, adding up, each share that of its amount."""
    found = PIECE.findall(listed)
    assert len(found) == listed.count("占"), listed
    amounts = [value(amount) for _, amount, _, _ in found]
    named = amounts[:-1] if found[-1][0].startswith("其余") else amounts
    assert named == sorted(named, reverse=True), listed
    if total is not None:
        assert sum(amounts) == total, listed
        for _, amount, _, share in found:
            assert value(share) == half_up(Fraction(int(value(amount)) * 100, total), 1), listed
    return [(name, amount) for (name, _, _, _), amount in zip(found, amounts, strict=True)]


def check_moves(
    found: Material,
    section: Section,
    way: str,
    figures: dict[str, dict[str, dict[str, Figure]]],
) -> None:
    told = {c.whole.indicator.title: c for c in yearly_changes(found)}
    word = {"up": "上升", "down": "下降"}[way]
    mentioned = set()
    for paragraph in section.paragraphs:
        title = paragraph.heading.removesuffix(word)
        if title in told:
            mentioned.add(title)
            check_change(told[title], paragraph.text, way, whole_of(figures, title))
        elif f"{word}" in paragraph.heading:
            rest = paragraph.text.partition("：")[2].rstrip("。").split("、")
            count = re.search(r"有 (\d+) 项", paragraph.text)
            assert count
            assert int(count[1]) == len(rest)
            for each in rest:
                name, amount = re.fullmatch(rf"(\S+) ({NUMBER})(?: \S+)?", each).groups()  # type: ignore[union-attr]
                mentioned.add(name)
                assert value(amount) == shown_change(told[name], whole_of(figures, name))
    expected = {title for title, change in told.items() if change.way == way}
    assert mentioned == expected
    if not expected:
        assert f"没有{word}的项目" in section.paragraphs[0].text


def shown_change(change: IndicatorChange, whole: Figure) -> Decimal:
    """|now − last year|, from the figures, as it is to be shown."""
    assert whole.exact is not None
    assert whole.exact_last_year is not None
    difference = abs(whole.exact - whole.exact_last_year)
    if change.whole.is_share:
        return half_up(difference * 100, 1)
    return half_up(difference, 0 if change.whole.indicator.kind == "count" else 2)


def check_change(change: IndicatorChange, text: str, way: str, whole: Figure) -> None:
    assert change.way == way
    verb = re.search(rf"较去年同期（{NUMBER}[^）]*）(增加|减少|高|低) ({NUMBER})", text)
    assert verb, text
    assert (verb[1] in ("增加", "高")) == (way == "up"), text
    assert value(verb[2]) == shown_change(change, whole)
    relative = re.search(rf"相对增幅 ([+−]{NUMBER})%", text)
    if relative:
        assert (relative[1][0] == "+") == (way == "up"), text
    sides = SIDE.findall(text)
    total = Decimal(0)
    for _, word, amount, _, listed in sides:
        is_count = change.whole.indicator.kind == "count"
        check_pieces(listed, int(value(amount)) if is_count else None)
        total += value(amount) * (1 if word in ("增加", "拉高") else -1)
    exact = sum((piece.amount for piece in change.pieces), Fraction(0))
    assert not change.pieces or exact == change.whole.difference
    if sides and change.whole.indicator.kind == "count":
        assert total == (whole.numerator or 0) - (whole.last_year_numerator or 0)
        heads = sum(int(n) for n, *_ in sides)
        assert heads == len(change.pieces)


def check_advice(found: Material, section: Section) -> None:
    lines = {c.title: c for c in found.score().line.contributions}
    for paragraph in section.paragraphs:
        title = re.fullmatch("补齐(.+)的差距", paragraph.heading)
        if not title:
            continue
        c, text = lines[title[1]], paragraph.text
        wanted, missing = (
            re.search(rf"{words} ({NUMBER})", text)
            for words in ("分子应不(?:少|多)于", "(?:尚差|超出)")
        )
        assert wanted
        assert missing
        target = c.target * (c.denominator or 0)
        bound = ceil(target) if "不少于" in text else floor(target)
        assert value(wanted[1]) == bound
        assert value(missing[1]) == abs(bound - (c.numerator or 0)) > 0
        stations = re.search(
            rf"未达标的 (\d+) 个所合计(?:尚差|超出) ({NUMBER})，由多到少为：(.+)。", text
        )
        if stations:
            amounts = [value(each.rpartition(" ")[2]) for each in stations[3].split("、")]
            assert sum(amounts) == value(stations[2])


@settings(max_examples=6)
@given(text=PERIODS)
@example(text="2019-02")
@example(text="2016-02")  # 29 days, and nothing a year before
@example(text="2019-04")
@example(text="2019-08")  # a part of a month
@example(text="2019-08-10..2019-08-10")
def test_a_random_period(store: Store, text: str) -> None:
    check(material(store, text))


@pytest.mark.soak
@settings(max_examples=300)
@given(text=PERIODS)
def test_many_random_periods(store: Store, text: str) -> None:
    check(material(store, text))


def test_the_paper_says_what_was_computed(store: Store) -> None:
    found = material(store, "2019-07")
    said = bulletin(found)
    lines = docx_lines(bulletin_bytes(found, Imprint(issued_on(found))))
    text = "\n".join(lines)
    for section in said.sections:
        for paragraph in section.paragraphs:
            assert tight(paragraph.text) in text
    assert [line for line in lines if line[1:2] == "、"] == [
        f"{numeral}、{title}" for numeral, title in zip("一二三四五", SECTIONS, strict=True)
    ]
    for always in ("数据截至2019年8月19日", "数据时间", "暂定", "模拟数据", "方案"):
        assert always in text


EVENTS = st.fixed_dictionaries(
    {
        "visits": st.lists(st.tuples(st.integers(1, 3), st.integers(0, 400)), max_size=25),
        "cases": st.lists(
            st.tuples(st.integers(1, 3), st.integers(0, 400), st.integers(-1, 40)), max_size=8
        ),
        "hazards": st.lists(st.tuples(st.integers(1, 3), st.integers(0, 400)), max_size=8),
    }
)


def city(folder: Path, stations: int, events: dict[str, list[tuple[int, ...]]]) -> Store:
    """Days count from 2018-07-15 on, so that July 2018 and July 2019 both may have some."""

    def day(offset: int) -> str:
        return str(date.fromordinal(736890 + offset))

    def village(n: int) -> str:
        return f"V{min(n, stations)}"

    visits = [
        f"A{i},{village(n)},H{i},{day(d)} 09:00,{day(d)} 09:30,{day(d)} 10:00,走访"
        for i, (n, d) in enumerate(events["visits"])
    ]
    cases = [
        f"C{i},{village(n)},盗窃,true,{day(d)} 08:00,{day(d)},{day(d + c) if c >= 0 else ''}"
        for i, (n, d, c) in enumerate(events["cases"])
    ]
    hazards = [
        f"D{i},{village(n)},消防,{day(d)},{day(d + 5)}"
        for i, (n, d) in enumerate(events["hazards"])
    ]
    return small_city(
        folder,
        stations,
        {
            "visit": ["id,village,household,started_at,ended_at,entered_at,purpose", *visits],
            "case": ["id,village,kind,is_criminal,reported_at,filed_on,cleared_on", *cases],
            "hazard": ["id,village,kind,found_on,due_on", *hazards],
        },
    )


@settings(max_examples=4)
@given(stations=st.integers(1, 3), events=EVENTS, text=st.sampled_from(["2019-07", "2019-W30"]))
@example(stations=1, events={"visits": [(1, 360)], "cases": [], "hazards": []}, text="2019-07")
@example(  # two stations that tie, and a rise from zero
    stations=2,
    events={"visits": [(1, 360), (2, 361)], "cases": [(1, 365, 3), (2, 366, 3)], "hazards": []},
    text="2019-07",
)
def test_a_small_city(
    tmp_path_factory: pytest.TempPathFactory,
    stations: int,
    events: dict[str, list[tuple[int, ...]]],
    text: str,
) -> None:
    """One station, no cases, ties, a year before of which nothing is known."""
    if not any(events.values()):
        events = {**events, "visits": [(1, 360)]}
    found = material(city(tmp_path_factory.mktemp("city"), stations, events), text)
    said = check(found)
    assert said.sections
    assert bulletin_bytes(found, Imprint(issued_on(found)))


def test_a_base_of_zero_is_no_percentage(tmp_path: Path) -> None:
    events = {"visits": [(1, 10), (1, 360)], "cases": [], "hazards": [(1, 1), (1, 360), (1, 361)]}
    found = material(city(tmp_path, 1, events), "2019-08-01..2019-08-19")  # type: ignore[arg-type]
    for change in yearly_changes(found):
        c = change.whole
        if c.base.exact == 0 and c.now.exact:
            assert "%" not in change_sentence(c)


def test_records_without_a_unit_are_a_part_of_their_own(store: Store) -> None:
    """So that the stations and 未填单位的 add up to the bureau."""
    found = [c for c in yearly_changes(material(store, "2019-07")) if c.whole.indicator.id in WORK]
    assert any(UNNAMED in [piece.name for piece in c.pieces] for c in found) or all(
        sum(p.amount for p in c.pieces) == c.whole.difference for c in found
    )
