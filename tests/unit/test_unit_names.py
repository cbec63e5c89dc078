"""Units by name: what offices write for a unit means that unit, or none, but never another one."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.demo.city import build_city
from data.demo.registers import register_tables
from data.intake.files import load_files, load_table
from data.intake.named_units import MOST_WORDS, Meanings
from data.intake.rejects import open_rejects
from data.intake.understanding.name_forms import normal
from data.intake.understanding.unit_names import UnitNames
from data.intake.understanding.work_numbers import WorkNumbers
from data.intake.validate import validate
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.rights import command_line
from data.schema import TABLES
from tests.conftest import shared

TODAY = date(2019, 8, 19)
CITY = register_tables(build_city(2019, 1), 2019)
NAMES = {register: UnitNames(register, CITY) for register in ("village", "station", "police_room")}

# A column, what stands in it (then ｜ and the station of the row), and the unit that is meant.
WAYS = """
village: 枣林三村 = V134
village: 枣林镇 枣林三村 = V134
village: 枣林镇枣林三村 = V134
village: 枣林乡枣林三村 = V134
village: 枣林派出所枣林三村 = V134
village: 枣林派出所 枣林镇 枣林三村 = V134
village: 枣林所-枣林三村 = V134
village: 枣林镇/枣林三村 = V134
village: 枣林镇三村 = V134
village: 枣林镇三村村委会 = V134
village: 枣林三村村委会 = V134
village: 枣林三村委会 = V134
village: 枣林三村民委员会 = V134
village: 枣林三行政村 = V134
village: 枣林三 = V134
village: 枣林３村 = V134
village: 枣林3村 = V134
village: 枣林第三村 = V134
village: 枣林　三　村 = V134
village: 枣\u200b林三村 = V134
village: 舞钢市枣林三村 = V134
village: 舞钢市枣林镇枣林三村 = V134
village: 舞钢市公安局枣林派出所枣林三村 = V134
village: 枣林三村（V134） = V134
village: 枣林三村(枣林镇) = V134
village: 三村（枣林镇） = V134
village: V134 枣林三村 = V134
village: V134枣林三村 = V134
village: Ｖ１３４ = V134
village: 枣林三村 V134 = V134
village: 三村｜S11 = V134
village: 枣林三村｜枣林派出所 = V134
village: 三村｜枣林镇 = V134
village: 枣林三十九村 = V170
village: 枣林39村 = V170
village: 垭口一村 = V001
village: 垭口一社区 = V002
village: 垭口一社区居委会 = V002
village: 垭口街道垭口一社区居民委员会 = V002
village: 垭口街道办事处一社区 = V002
village: 垭口一居委会 = V002
village: 尹集八村 = V120
village: 尹集老街村 = V120
village: 尹集镇老街村 = V120
station: 枣林派出所 = S11
station: 枣林 = S11
station: 枣林所 = S11
station: 枣林镇 = S11
station: 枣林镇派出所 = S11
station: 枣林公安派出所 = S11
station: 垭口街道办事处 = S01
station: 舞钢市公安局枣林派出所 = S11
station: 枣林派出所（S11） = S11
station: Ｓ１１ = S11
police_room: 枣林第一警务室 = R019
police_room: 枣林1警务室 = R019
police_room: 枣林镇第一警务室 = R019
police_room: 第一警务室｜枣林派出所 = R019
village: 垭口一 = 可能是 垭口一村（V001）或垭口一社区（V002），请写全称
village: 尚店镇 尚店村 = 未在登记册中，相近的有 尚店一村（V063）、尚店二村（V064）、尚店三村（V065）
village: 枣林三村｜尚店派出所 = 与本行派出所不符，登记册中为 枣林三村（V134，枣林派出所）
village: v134 = 未在登记册中，相近的有 枣林三村（V134）
village: 老街村 = 可能是 尹集八村（V120），请指明派出所
village: 三十九村 = 可能是 枣林三十九村（V170），请指明派出所
village: 枣林派出所 = 只是派出所或乡镇（街道）的名称
village: 枣林 = 只是派出所或乡镇（街道）的名称
station: 枣林派出 = 未在登记册中，相近的有 枣林派出所（S11）
station: 枣林三村 = 未在登记册中
village: 不详 = 未在登记册中
village: / = 未在登记册中
village: V999 = 未在登记册中
station: 刑警大队 = 未在登记册中
"""


def ways() -> list[object]:
    lines = [line.partition(": ") for line in WAYS.strip().split("\n")]
    parts = [(column, *rest.rpartition(" = ")) for column, _, rest in lines]
    return [
        pytest.param(c, *text.partition("｜")[::2], end, id=f"{c}-{text}")
        for c, text, _, end in parts
    ]


@pytest.mark.parametrize(("register", "text", "station", "outcome"), ways())
def test_a_way_to_write_a_unit(register: str, text: str, station: str, outcome: str) -> None:
    column = TABLES["village"].column("room") if register == "police_room" else None
    column = column or TABLES["hazard"].column(register)
    table = TABLES["village" if register == "police_room" else "hazard"]
    meaning, _ = Meanings(table, CITY).of(column, text, station or None)
    assert meaning.code or meaning.problem == outcome
    assert (meaning.code or meaning.problem) == outcome


def test_there_are_enough_ways() -> None:
    assert len(ways()) >= 70


@pytest.mark.parametrize(
    ("text", "villages"),
    [
        ("枣林三、五村", {"V134", "V136"}),
        ("枣林3-5村", {"V134", "V136"}),
        ("枣林三 五村", {"V134", "V136"}),
        ("枣林三村、枣林五村", {"V134", "V136"}),
        ("枣林三村社区", {"V134"}),
        ("枣林三社区", {"V134"}),
        ("尚店镇枣林三村", {"V134"}),
    ],
)
def test_what_names_two_or_contradicts_itself_is_none(text: str, villages: set[str]) -> None:
    meaning = NAMES["village"].meaning(text)
    assert meaning.code is None
    assert villages & set(meaning.likely)
    assert len(meaning.likely) <= 3


def test_a_code_beside_another_name_is_none() -> None:
    meaning = NAMES["village"].meaning("V135 枣林三村")
    assert meaning.problem.startswith("编码与名称不符，登记册中有 枣林四村（V135，枣林派出所）、")
    assert (meaning.code, meaning.likely) == (None, ("V135", "V134"))


def as_rows(rows: str) -> pa.Table:
    heads, *lines = [line.strip().split(",") for line in rows.strip().split("\n")]
    return pa.table({h: [line[n] or None for line in lines] for n, h in enumerate(heads)})


WANGS = "枣林派出所王庄村（V013）或八台镇派出所王庄村（V102）"
TWO = {
    "bureau": as_rows("code,name\n1,红枫县公安局"),
    "station": as_rows("code,name\nS11,枣林派出所\nS09,八台镇派出所"),
    "village": as_rows(
        """code,name,kind,station,valid_from
        V012,李庄,village,S11,1900-01-01
        V101,李庄村,village,S09,1900-01-01
        V013,王庄村,village,S11,1900-01-01
        V102,王庄村,village,S09,1900-01-01
        V014,赵庄村,village,S11,1900-01-01
        V015,赵庄社区,community,S11,1900-01-01
        V016,枣林镇周庄村,village,S11,1900-01-01
        V103,吴村,village,S09,1900-01-01
        V103,吴村,village,S11,2018-07-01"""
    ),
}


@pytest.mark.parametrize(
    ("text", "station", "code"),
    [
        ("李庄", "S11", "V012"),
        ("李庄村", "S11", "V012"),
        ("李庄", "S09", "V101"),
        ("枣林镇李庄", None, "V012"),
        ("枣林镇李庄村", None, "V012"),
        ("八台镇李庄", None, "V101"),
        ("八台李庄村委会", None, "V101"),
        ("李庄村（枣林镇）", None, "V012"),
        ("王庄", "S09", "V102"),
        ("枣林王庄村", None, "V013"),
        ("赵庄村", None, "V014"),
        ("赵庄居委会", None, "V015"),
        ("周庄", None, "V016"),
        ("红枫县枣林镇周庄村委会", None, "V016"),
        ("吴村", "S09", "V103"),  # it moved in 2018: both stations are its own
        ("吴村", "S11", "V103"),
    ],
)
def test_two_villages_of_one_name(text: str, station: str | None, code: str) -> None:
    assert UnitNames("village", TWO).meaning(text, station).code == code


@pytest.mark.parametrize(
    ("text", "station", "problem"),
    [
        ("王庄村", None, f"可能是 {WANGS}，请指明派出所"),
        ("王庄", None, f"可能是 {WANGS}，请指明派出所"),
        ("赵庄", "S11", "可能是 赵庄村（V014）或赵庄社区（V015），请写全称"),
        ("枣林镇李庄", "S09", "与本行派出所不符，登记册中为 李庄（V012，枣林派出所）"),
    ],
)
def test_which_of_two_is_asked(text: str, station: str | None, problem: str) -> None:
    meaning = UnitNames("village", TWO).meaning(text, station)
    assert (meaning.code, meaning.problem) == (None, problem)


def test_of_another_town_the_village_of_that_name_is_the_likeliest() -> None:
    meaning = UnitNames("village", TWO).meaning("八台镇周庄村")
    assert (meaning.code, meaning.likely[0]) == (None, "V016")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("辅警-0001", "辅警-0001"),
        ("辅警0001", "辅警-0001"),
        ("辅警－０００１", "辅警-0001"),
        ("辅警—0001", "辅警-0001"),
        ("辅警 1", "辅警-0001"),
        ("民警1", "民警-0001"),
        ("0001", "可能是 民警-0001 或 辅警-0001，请写全工号"),
        ("1", "可能是 民警-0001 或 辅警-0001，请写全工号"),
        ("0099", "辅警-0099"),
        ("99", "辅警-0099"),
        ("099", "未在登记册中"),
        ("巡防0001", "未在登记册中"),
        ("张三", "未在登记册中"),
        ("", "未在登记册中"),
        ("1" * 5000, "未在登记册中"),
    ],
)
def test_work_numbers(text: str, outcome: str) -> None:
    meaning = WorkNumbers(CITY["officer"]).meaning(text)
    assert (meaning.code or meaning.problem) == outcome


# -- laws -------------------------------------------------------------------------------------

TOWN = ("", "镇", "乡", "街道", "街道办事处", "派出所", "所")
BEHIND = {
    "village": ("", "委会", "民委员会", "村委会", "村民委员会"),
    "community": ("", "居委会", "居民委员会"),
}
GAPS = st.sampled_from(["", " ", "\u3000", "\u200b", "  "])
UNITS = [row for row in CITY["village"].to_pylist() if row["valid_to"] is None]
STATIONS = {row["code"]: row["name"] for row in CITY["station"].to_pylist()}


@dataclass(frozen=True)
class Variant:
    """text: of a unit; is_clear: it says all that tells the unit from others; row: that names its
    station."""

    text: str
    code: str
    row: str | None
    is_clear: bool


@st.composite
def variants(draw: st.DrawFn) -> Variant:
    """A registered village as somebody may write it."""
    unit = draw(st.sampled_from(UNITS))
    town = STATIONS[str(unit["station"])].removesuffix("派出所")
    row = draw(st.sampled_from([None, str(unit["station"])]))
    before = draw(st.sampled_from(["", *(town + ending for ending in TOWN)]))
    name = str(unit["name"])
    is_short, is_open, is_spread = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    name = name.removeprefix(town) if is_short else name
    name = name.removesuffix("村").removesuffix("社区") if is_open else name
    behind = draw(st.sampled_from(BEHIND[str(unit["kind"])]))
    bureau = draw(st.sampled_from(["", "舞钢市", "舞钢市公安局"]))
    text = bureau + before + draw(GAPS) + name + behind
    text = draw(GAPS).join(text) if is_spread else text
    if draw(st.booleans()):
        text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    is_kind_clear = not is_open or behind in ("村委会", "村民委员会", "居委会", "居民委员会")
    is_station_clear = bool(not is_short or before or row)
    is_clear = is_kind_clear and is_station_clear and not is_spread
    return Variant(text, str(unit["code"]), row, is_clear)


@settings(max_examples=400)
@given(variant=variants())
def test_a_variant_of_a_name_is_that_unit_or_none(variant: Variant) -> None:
    code = NAMES["village"].meaning(variant.text, variant.row).code
    assert code == variant.code or (code is None and not variant.is_clear)


TOWNS = {"S1": "枣林", "S2": "八台", "S3": "李庄"}
STEMS = ["李", "李庄", "李村", "三", "十三", "新", "枣林", "枣林三", "李庄三", "八台镇新"]
BEHIND_NAMES = {
    "村": ("village", ("", "委会", "民委员会", "村委会")),
    "社区": ("community", ("", "居委会", "居民委员会")),
    "": ("village", ("", "村", "村委会")),
}


@st.composite
def confusing(draw: st.DrawFn) -> tuple[list[dict[str, str]], str, str, str | None]:
    """Villages with names like each other's; one as somebody may write it, its code, its row."""
    place = st.tuples(*map(st.sampled_from, (STEMS, list(BEHIND_NAMES), list(TOWNS))))
    places = draw(st.lists(place, min_size=1, max_size=8, unique=True))
    rows = [
        {
            "code": f"V{n}",
            "name": stem + ending,
            "kind": BEHIND_NAMES[ending][0],
            "station": station,
        }
        for n, (stem, ending, station) in enumerate(places)
    ]
    at = draw(st.integers(0, len(rows) - 1))
    _, ending, station = places[at]
    before = draw(st.sampled_from(["", *(TOWNS[station] + e for e in TOWN)]))
    text = before + rows[at]["name"] + draw(st.sampled_from(BEHIND_NAMES[ending][1]))
    return rows, text, rows[at]["code"], draw(st.sampled_from([None, station]))


@settings(max_examples=500)
@given(confusing())
def test_names_like_each_other_s_are_not_confused(
    drawn: tuple[list[dict[str, str]], str, str, str | None],
) -> None:
    rows, text, code, row = drawn
    stations = [{"code": c, "name": f"{town}派出所"} for c, town in TOWNS.items()]
    registers = {"village": pa.Table.from_pylist(rows), "station": pa.Table.from_pylist(stations)}
    meant = UnitNames("village", registers).meaning(text, row).code
    whole_names = {r["code"]: normal(r["name"]) for r in rows}
    is_whole_name = meant is not None and normal(text).endswith(whole_names[meant])
    assert meant in (code, None) or is_whole_name


@settings(max_examples=200)
@given(
    text=st.text(
        alphabet=st.sampled_from("枣林尚店三二一十村社区镇派出所、3V1（）- S"), max_size=12
    ),
    other=st.sampled_from([None, *STATIONS]),
)
def test_whatever_is_written_the_unit_is_of_the_station(text: str, other: str | None) -> None:
    """No text is too odd, and a row's station is never contradicted but by a code."""
    names = NAMES["village"]
    code = names.meaning(text, other).code
    has_code = code is not None and code in unicodedata.normalize("NFKC", text)
    assert code is None or has_code or names.fits(code, other)


@given(st.text(max_size=80))
def test_any_text_has_a_meaning_or_a_problem(text: str) -> None:
    for names in (*NAMES.values(), WorkNumbers(CITY["officer"])):
        meaning = names.meaning(text)
        assert bool(meaning.code) != bool(meaning.problem)


# -- in a load --------------------------------------------------------------------------------


def hazards(villages: list[str | None], stations: list[str | None]) -> pa.Table:
    rows = range(2, 2 + len(villages))
    return pa.table(
        {
            "_row": pa.array(rows, pa.int64()),
            "id": [f"H{n}" for n in rows],
            "village": pa.array(villages, pa.string()),
            "station": pa.array(stations, pa.string()),
            "found_on": ["2019-07-01"] * len(villages),
        }
    )


def test_names_become_codes_and_a_filled_cell_is_never_empty() -> None:
    villages = ["枣林三村", "V001", None, "三村", "三村", "李庄", "枣林派出所", "垭口一社区"]
    stations = [None, None, "枣林镇", "枣林", None, None, None, "S01"]
    checked = validate(hazards(villages, stations), TABLES["hazard"], CITY, TODAY)
    accepted = checked.accepted.select(["id", "village", "station"]).to_pylist()
    assert [tuple(row.values()) for row in accepted] == [
        ("H2", "V134", None),
        ("H3", "V001", None),
        ("H4", None, "S11"),
        ("H5", "V134", "S11"),
        ("H9", "V002", "S01"),
    ]
    assert [row["record_id"] for row in checked.rejected.to_pylist()] == ["H6", "H7", "H8"]
    assert {(n.word, n.code) for n in checked.named} == {
        ("枣林三村", "V134"), ("三村", "V134"), ("垭口一社区", "V002"),
        ("枣林镇", "S11"), ("枣林", "S11"),
    }  # fmt: skip


def test_a_column_of_texts_is_not_looked_through_for_ever() -> None:
    villages: list[str | None] = [f"某路{n}号" for n in range(MOST_WORDS + 5)]
    table = hazards(villages, [None] * len(villages))
    checked = validate(table, TABLES["hazard"], CITY, TODAY)
    assert checked.accepted.num_rows == 0
    problems = [r.rpartition("”")[2] for r in checked.rejected["reasons"].to_pylist()]
    assert sorted(set(problems)) == ["未在登记册中", "未在登记册中，且该列写法过多，未按名称辨认"]
    assert problems.count("未在登记册中") == MOST_WORDS


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registers of the demo city, without records."""
    store = tmp_path_factory.mktemp("registers") / "store"
    for name in ("bureau", "station", "police_room", "village", "officer"):
        load_table(store, CITY[name], TABLES[name], name, command_line(), TODAY)
    return store


def loaded(store: Path, file: str, mapping: str, place: Path) -> tuple[list[object], list[str]]:
    """The units of the records of a case that is read with a mapping, and the reasons."""
    kind = mapping.split('"')[1]
    path = place / "mapping.toml"
    path.write_text(mapping, "utf-8")
    load_files(store, [shared(f"cases/intake/{file}")], command_line(), mapping=path)
    copy = Copy(Journal(store))
    copy.catch_up()
    rows = copy.cursor().execute(f"SELECT village, station FROM record.{kind} ORDER BY id")
    units = [village or station for village, station in rows.fetchall()]
    rejects = open_rejects(copy, command_line()).to_pylist()
    return units, [row["reasons"] for row in rejects if row["source"] == file]


def test_the_ledger_of_disputes_names_its_villages(registers: Path, tmp_path: Path) -> None:
    mapping = """kind = "dispute"
        [source]
        header_row = 3
        sheet = "7月台账"
        rows = '"编号" IS NOT NULL'
        [columns]
        id = '"编号"'
        village = '"村（社区）"'
        received_at = "'2019-07-05'"
        """
    units, reasons = loaded(registers, "dispute-ledger.xlsx", mapping, tmp_path)
    assert sorted(map(str, units)) == ["V133", "V134", "V134", "V134"]
    assert reasons == [
        "村（社区）编码“尚店镇 尚店村”未在登记册中，"
        "相近的有 尚店一村（V063）、尚店二村（V064）、尚店三村（V065）"
    ]


def test_a_village_and_a_station_by_name(registers: Path, tmp_path: Path) -> None:
    hazard = """kind = "hazard"
        [columns]
        id = '"记录编号"'
        village = '"村（社区）"'
        found_on = '"发现日期"'
        """
    assert loaded(registers, "hazard-names.xlsx", hazard, tmp_path) == (["V134"], [])
    task = """kind = "task"
        [columns]
        id = '"记录编号"'
        station = '"派出所"'
        dispatched_at = "'2019-07-01 08:30'"
        """
    assert loaded(registers, "task-words-and-names.xlsx", task, tmp_path) == (["S11"] * 4, [])
