"""docs/scheme-2019.md: rankings by the default scheme and by the one before it.

`python -m tests.scheme_comparison` makes the demo city in a folder of its own and writes the page;
a test fails when it is out of date. Only scores that the product gives are compared.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import mean

import numpy as np

from data.rights import Actor
from metrics.calendar.period import Period, months_back, parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.figures.words import points, rounded, signed
from metrics.scheme.scheme import HERE, Level, Scheme, load_scheme
from metrics.scoring.rank import Assessment, assess
from tests.documentation import DOCS, grid
from tests.stores import make_demo

PAGE = DOCS / "scheme-2019.md"
LAST = "2019-07"
QUARTERS = ("2018-Q3", "2018-Q4", "2019-Q1", "2019-Q2")
PARTS = ("不再摊分", "改按比例", "与本组合并")
LITTLE = 0.75  # points
LISTED = 2  # places from which on a move is listed with its reasons
READER = Actor("文档", "leader")
HEAD = """# 默认方案新旧对照

本页由 `python -m tests.scheme_comparison` 按模拟数据生成，请勿手改。两种方案都由本软件计分，可用
`hongfeng assess --scheme 文件` 逐月重算。新默认方案为 `metrics/schemes/2016.toml`；旧方案为
`metrics/schemes/examples/share-out.toml`（0.3 版以前的默认方案，仍可选用，载入时提示）。

## 改了什么

1. **不再摊分**：旧方案中件数不足的指标，其分值按比例摊给其余各项，件数少的单位因此偏高。
   新方案改为与本组合计值合并，没有件数的按本组计。
2. **改按比例**：信息抽查准确率原分三档，94.9% 与 95.0% 相差 2.67 分；现按比例计分，没有突变。
3. **与本组合并**：各项数值都与本组若干件合并，件数越少越接近本组；件数多的单位几乎不变。
4. 村（社区）、民（辅）警只按本级工作计分，不再取警务室、派出所的数据；
   适用分值 50 分起参加排名（原为 60 分）。

分数之差逐项分解为前三项之和：件数少的单位，旧方案摊来的分数在新方案中没有了，这是名次变动的主要原因。
"""


@dataclass(frozen=True)
class Beside:
    """One unit and period under both schemes."""

    period: Period
    new: Assessment
    old: Assessment

    @property
    def places(self) -> int:
        """Won (positive) or lost by the new scheme; 0 where either gives no rank."""
        if self.new.rank is None or self.old.rank is None:
            return 0
        return self.old.rank - self.new.rank

    @property
    def mixing(self) -> Fraction:
        return sum((c.gained_by_mixing for c in self.new.contributions), Fraction(0))

    @property
    def slope(self) -> Fraction:
        """What rules alone change: the same own value under both."""
        now = {c.indicator: c for c in self.new.contributions}
        return sum(
            (
                (now[c.indicator].own_points or Fraction(0)) - (c.share or Fraction(0)) * c.weight
                for c in self.old.contributions
                if c.points is not None
            ),
            Fraction(0),
        )

    @property
    def difference(self) -> Fraction:
        return (self.new.score or Fraction(0)) - (self.old.score or Fraction(0))

    @property
    def sharing(self) -> Fraction:
        """What is left: the weight that the old scheme shared out."""
        return self.difference - self.mixing - self.slope

    @property
    def name(self) -> str:
        return self.new.name.removesuffix("派出所")


def beside(counted: Counted, old: Scheme, level: Level, periods: Sequence[Period]) -> list[Beside]:
    """In the order of the new ranking, period after period."""
    pairs = []
    for period in periods:
        before = {x.unit: x for x in _lines(counted, level, period, old)}
        pairs += [Beside(period, x, before[x.unit]) for x in _lines(counted, level, period)]
    return pairs


def _lines(
    counted: Counted, level: Level, period: Period, scheme: Scheme | None = None
) -> list[Assessment]:
    return assess(counted, level, period, READER, scheme, is_simulated=False)


def scheme_page(counted: Counted) -> str:
    old = load_scheme(HERE / "examples" / "share-out.toml", counted.catalogue)
    last = parse_period(LAST, counted.as_of)
    pairs = beside(counted, old, "station", months_back(last, 12))
    quarters = beside(counted, old, "station", [parse_period(q, counted.as_of) for q in QUARTERS])
    villages = beside(counted, old, "village", [last])
    parts = [HEAD, _months(pairs), _stations(pairs), _ranks(pairs), _moves(pairs)]
    return "\n".join([*parts, _grades(quarters), _villages(villages)])


def _months(pairs: Sequence[Beside]) -> str:
    rows = []
    for period in dict.fromkeys(pair.period for pair in pairs):
        month = [pair for pair in pairs if pair.period == period]
        moved = [pair for pair in month if pair.places]
        groups = [[p for p in month if p.new.group == group] for group in _groups(pairs)]
        most = max(abs(pair.places) for pair in month)
        first = "、".join(_first(group) for group in groups)
        agreement = [f"{rounded(_correlation(group), 2)}" for group in groups]
        rows.append((period.text, *agreement, f"{len(moved)}", f"{most}", first))
    heads = (
        "月份",
        *(f"{g}等级相关" for g in _groups(pairs)),
        "变动的所",
        "最多变动",
        "两组居首（旧→新）",
    )
    return f"## 逐月概况\n\n{_summary(pairs)}\n\n{grid(heads, rows)}"


def _summary(pairs: Sequence[Beside]) -> str:
    moved = [abs(pair.places) for pair in pairs if pair.places]
    far = sum(1 for places in moved if places >= LISTED)
    changed = sum(1 for pair in pairs if pair.places and pair.old.rank == 1)
    return (
        f"12 个月 {len(pairs)} 所次中，{len(moved)} 所次名次变动，"
        f"其中 {far} 所次变动 {LISTED} 位及以上；两组居首的 24 次中 {changed} 次换人。"
        "等级相关为两种名次的相关系数，1 为完全一致。"
    )


def _first(group: Sequence[Beside]) -> str:
    old, new = (
        next(pair.name for pair in group if line(pair).rank == 1)
        for line in (lambda pair: pair.old, lambda pair: pair.new)
    )
    return new if old == new else f"{old}→{new}"


def _stations(pairs: Sequence[Beside]) -> str:
    """Averages of twelve months: who gains, who loses, by what."""
    rows = []
    for unit in dict.fromkeys(pair.new.unit for pair in _by_code(pairs)):
        own = [pair for pair in pairs if pair.new.unit == unit]
        names = ("difference", "sharing", "slope", "mixing")
        changes = [signed(mean(getattr(pair, name) for pair in own), 2) for name in names]
        applicable = rounded(mean(pair.new.applicable_points for pair in own), 1)
        score = points(mean(pair.new.score or Fraction(0) for pair in own))
        places = signed(mean(Fraction(pair.places) for pair in own), 1)
        rows.append((own[0].name, own[0].new.group, f"{applicable}", score, *changes, places))
    heads = ("单位", "分组", "适用分值", "新得分", "较旧", *PARTS, "名次进退")
    text = "较旧 ＝ 不再摊分 ＋ 改按比例 ＋ 与本组合并，为各月平均。"
    return f"## 各所 12 个月平均\n\n{text}\n\n{grid(heads, rows)}"


def _ranks(pairs: Sequence[Beside]) -> str:
    months = list(dict.fromkeys(pair.period for pair in pairs))
    heads = ("单位", *(f"{m.starts_on:%y}.{m.starts_on.month}" for m in months))
    parts = ["## 逐月名次\n\n新名次；与旧名次不同的，括号内为旧名次。\n"]
    for group in _groups(pairs):
        members = [pair for pair in _by_code(pairs) if pair.new.group == group]
        rows = [
            (name, *(_place(pair) for pair in members if pair.name == name))
            for name in dict.fromkeys(pair.name for pair in members)
        ]
        parts.append(f"{group}：\n\n{grid(heads, rows)}")
    return "\n".join(parts)


def _place(pair: Beside) -> str:
    new, old = (str(line.rank or "—") for line in (pair.new, pair.old))
    return new if new == old else f"{new}（{old}）"


def _moves(pairs: Sequence[Beside]) -> str:
    rows = [
        (
            pair.period.text,
            pair.name,
            f"{pair.old.rank}→{pair.new.rank}",
            f"{points(pair.old.score)}→{points(pair.new.score)}",
            *(signed(part, 2) for part in (pair.sharing, pair.slope, pair.mixing)),
            _why(pair),
        )
        for pair in pairs
        if abs(pair.places) >= LISTED
    ]
    heads = ("月份", "单位", "名次（旧→新）", "得分（旧→新）", *PARTS, "主要原因")
    return f"## 变动 {LISTED} 位及以上的\n\n{grid(heads, rows)}"


def _why(pair: Beside) -> str:
    """What changed the score most; where little did, the others moved."""
    if abs(pair.difference) < LITTLE:
        return "本所得分变化不大，名次随其他所变动"
    parts = {"sharing": pair.sharing, "slope": pair.slope, "mixing": pair.mixing}
    match max(parts, key=lambda name: abs(parts[name])):
        case "sharing":
            missing = [c for c in pair.old.contributions if c.points is None]
            weight = sum(float(c.weight) for c in missing)
            listed = "、".join(f"{c.title} {c.denominator or 0} 件" for c in missing)
            return f"旧方案把 {weight:g} 分摊给其余各项（{listed}）"
        case "slope":
            return "信息抽查准确率由分档改按比例"
    return "件数少的几项向本组靠拢"


def _grades(pairs: Sequence[Beside]) -> str:
    rows = [
        (pair.period.text, pair.name, pair.old.grade or "—", pair.new.grade or "—",
         f"{points(pair.old.score)}→{points(pair.new.score)}")
        for pair in pairs
        if pair.new.grade != pair.old.grade
    ]  # fmt: skip
    heads = ("季度", "单位", "旧等次", "新等次", "得分（旧→新）")
    same = len(pairs) - len(rows)
    text = f"4 个季度 {len(pairs)} 所次中，{same} 所次等次不变；变动的："
    return f"## 季度等次\n\n{text}\n\n{grid(heads, rows)}"


def _villages(pairs: Sequence[Beside]) -> str:
    ranked = [p for p in pairs if p.new.rank is not None and p.old.rank is not None]
    moved = sum(1 for pair in ranked if abs(pair.places) >= 10)
    groups = [[p for p in ranked if p.new.group == group] for group in _groups(pairs)]
    agreement = "、".join(
        f"{group}等级相关 {rounded(_correlation(members), 2)}"
        for group, members in zip(_groups(pairs), groups, strict=True)
    )
    return (
        f"## 村（社区）\n\n{LAST}：{agreement}；两种方案均排名的 {len(ranked)} 个村（社区）中，"
        f"{moved} 个变动 10 位及以上。旧方案下一个村的分数多半来自所属警务室、派出所，"
        "新方案只看本村，名次因此大变。\n"
    )


def _groups(pairs: Sequence[Beside]) -> list[str]:
    return list(dict.fromkeys(pair.new.group for pair in _by_code(pairs)))


def _by_code(pairs: Sequence[Beside]) -> list[Beside]:
    return sorted(pairs, key=lambda pair: (pair.new.unit, pair.period.starts_on))


def _correlation(pairs: Sequence[Beside]) -> float:
    """Spearman's: of the places."""
    ranked = [(p.new.rank, p.old.rank) for p in pairs if p.new.rank and p.old.rank]
    return float(np.corrcoef(np.array(ranked, float).T)[0, 1])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Path(folder))
        PAGE.write_text(scheme_page(Store(Path(folder)).counted()), "utf-8")
