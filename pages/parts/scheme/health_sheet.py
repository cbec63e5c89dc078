"""The health of a scheme as a table: one row for each indicator."""

from metrics.analysis.scheme_health import Health, SchemeHealth
from metrics.figures import words
from metrics.wording.scheme_readings import health_sentence, scheme_health_reading
from pages.documents.sheet import Cell, Column, Notes, Sheet, sheet_of

RELIABILITY_HELP = (
    "各单位实际差异占所见差异的份额：1 为全是实际差异，0 为全是偶然；计数、按分钟计的不算"
)
REACHABLE_HELP = "按现有件数，假定全部做到，与本组合并后能达到目标的单位"
MOVED_HELP = "去掉这项、其分值按比例分给其余各项，名次会变的单位数（最多变几位）"
NEAREST_HELP = "得分走向最接近的另一项及相关系数；标“重复”的已超出偶然"


def health_sheet(name: str, health: SchemeHealth, notes: Notes) -> Sheet:
    more = [*notes, ("判断", scheme_health_reading(health))]
    return sheet_of(name, COLUMNS, health.indicators, more)


def _of_units(number: int, health: Health) -> str:
    return f"{number}/{health.units}"


def _cases(health: Health) -> str:
    if health.cases is None:
        return words.NONE
    return f"{words.plain(health.cases)}（{words.plain(health.fewest)}）"


def _moved(health: Health) -> str:
    if not health.ranked:
        return words.NONE
    most = f"（{health.farthest} 位）" if health.moved else ""
    return f"{health.moved}/{health.ranked}{most}"


def _nearest(health: Health) -> Cell:
    if health.correlation is None:
        return words.NONE
    repeated = "，重复" if health.is_repeated else ""
    return f"{health.nearest} {words.plain(health.correlation, 2)}{repeated}"


COLUMNS = (
    Column("title", "指标", width=130),
    Column("weight", "权重", "one", width=54),
    Column("sentence", "判断", of=health_sentence, width=330),
    Column("full", "满分", of=lambda x: _of_units(x.full, x), help="得满分的单位", width=66),
    Column("zero", "零分", of=lambda x: _of_units(x.zero, x), help="不得分的单位", width=66),
    Column("reachable", "能达目标", of=lambda x: _of_units(x.reachable, x), help=REACHABLE_HELP),
    Column("reliability", "可靠性", "two", help=RELIABILITY_HELP, width=66),
    Column("cases", "分母中位（最低）", of=_cases),
    Column("moved", "去掉后名次变动", of=_moved, help=MOVED_HELP),
    Column("nearest", "最接近的指标", of=_nearest, help=NEAREST_HELP),
)
