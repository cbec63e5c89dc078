"""The boards 派出所排名, 清零 and 发案热点: where."""

from collections.abc import Mapping, Sequence
from datetime import date

from metrics.analysis.open_work import Open, OpenWork, total_of
from metrics.calendar.days import day_words
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.map.layer import STRENGTHS, Layer
from metrics.map.village_shapes import Land
from metrics.scoring.rank import Assessment
from metrics.wall.board import Bar, Bars, Board, MapBoard, Number, Places, RankedStation
from metrics.wording.alerts import moved_beyond
from metrics.wording.headlines import ranking_headline

MOST_PLACES, MOST_MOVES, MOST_STATIONS = 8, 3, 5
GROUPS = 2  # side by side


def ranking_boards(period: Period, groups: Mapping[str, Sequence[Assessment]]) -> list[Board]:
    """Two groups on each board. Only moves beyond chance carry a number, the largest ones."""
    names = list(groups)
    pages = [names[at : at + GROUPS] for at in range(0, len(names), GROUPS)]
    return [_ranking(period, {name: groups[name] for name in page}) for page in pages]


def _ranking(period: Period, groups: Mapping[str, Sequence[Assessment]]) -> Board:
    ranked = {
        name: with_rank
        for name, lines in groups.items()
        if (with_rank := [line for line in lines if line.rank is not None])
    }
    first = {name: lines[:MOST_PLACES] for name, lines in ranked.items()}
    numbered = _numbered([line for lines in first.values() for line in lines])
    places = Places(
        {name: [_place(line, numbered) for line in lines] for name, lines in first.items()},
        {name: len(lines) for name, lines in ranked.items()},
    )
    return Board(
        "ranking",
        "派出所排名",
        ranking_headline("station", period, groups),
        period.title,
        picture=places if places.groups else None,
        opens="ranking",
        query={"period": period.text},
    )


def _numbered(lines: Sequence[Assessment]) -> set[str]:
    """The stations whose move is told as a number."""
    real = [line for line in lines if moved_beyond(line)]
    real.sort(key=lambda line: -abs((line.rank or 0) - (line.previous_rank or 0)))
    return {line.unit for line in real[:MOST_MOVES]}


def _place(line: Assessment, numbered: set[str]) -> RankedStation:
    rank = line.rank or 0
    moved = words.movement(rank, line.previous_rank)
    is_numbered = line.unit in numbered
    return RankedStation(
        rank,
        line.name,
        line.rank_low or rank,
        line.rank_high or rank,
        moved if is_numbered else moved[0] if moved[0] in "↑↓" else "",
        is_numbered,
        moved.startswith("↑"),
        line.unit,
    )


def zero_board(day: date, work: OpenWork, stations: Mapping[str, str]) -> Board:
    """What is late, and at whom."""
    late = work.late
    totals = [None if each is None else total_of(each) for each in (work.disputes, work.hazards)]
    sum_late = sum(total.late for total in totals if total is not None)
    bars = [
        Bar(stations.get(code, code), float(n), words.plain(n), station=code)
        for code, n in list(late.items())[:MOST_STATIONS]
    ]
    return Board(
        "to-zero",
        "纠纷隐患清零",
        _zero_sentence(totals, late, stations),
        f"截至{day_words(day)}",
        Number("逾期未清", words.plain(sum_late), "件"),
        [_open("未结纠纷", "起", totals[0]), _open("未整改隐患", "处", totals[1])],
        Bars("逾期最多的派出所", bars) if bars else None,
        opens="indicator",
        query={"indicator": "D1-hazards-on-time"},
    )


def _open(title: str, unit: str, total: Open | None) -> Number:
    if total is None:
        return Number(title, "不适用")
    return Number(title, words.plain(total.total), unit, note=f"其中逾期 {total.late}")


def _zero_sentence(
    totals: Sequence[Open | None], late: Mapping[str, int], stations: Mapping[str, str]
) -> str:
    parts = [
        f"{words.plain(total.late)} {unit}{thing}"
        for total, unit, thing in zip(
            totals, ("起", "处"), ("纠纷逾期未结", "隐患逾期未整改"), strict=True
        )
        if total is not None and total.late
    ]
    if not parts:
        return "没有逾期未清的纠纷和隐患"
    sentence = f"尚有 {'、'.join(parts)}"
    most = max(late.values(), default=0)
    names = [stations.get(code, code) for code, n in late.items() if n == most]
    return f"{sentence}，最多的是{words.listed(names)}" if names else sentence


def map_board(
    period: Period, where: Land, layer: Layer, stations: Mapping[str, str], opens: str
) -> Board:
    """The hot spots of cases."""
    hot = sum(1 for s in layer.shades if s.tone == "worse" and s.strength == STRENGTHS)
    return Board(
        "map",
        layer.title,
        layer.headline,
        period.title,
        Number("热点", words.plain(hot), "个村（社区）"),
        picture=MapBoard(where, layer, stations),
        note="区块只示位置，颜色按人口折算",
        opens="village_map",
        query={"period": period.text, "layer": opens},
    )
