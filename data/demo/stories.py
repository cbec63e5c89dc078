"""The stories planted in the demo city, as data: tests, docs and the tour quote them from here."""

from dataclasses import dataclass
from datetime import date

IMPROVING_STATION = "S13"
DECLINING_STATION = "S04"
SCANTY_VILLAGE = "V182"
BURST_VILLAGE = "V076"
HONEST_MONTH_END_VILLAGE = "V118"
SERIES_STATION = "S02"
SERIES_VILLAGES = ("V009", "V010", "V011")
SERIES_ID = "CA-2019-01"
SERIES_CASES = 8
ROUND_TIMES_VILLAGE = "V140"
MOVED_VILLAGE = "V060"
MOVED_ON = date(2018, 7, 1)
MOVED_FROM_STATION = "S06"
RENAMED_VILLAGE = "V120"
RENAMED_ON = date(2017, 6, 1)
FORMER_NAME = "尹集老街村"


@dataclass(frozen=True)
class Story:
    """One thing that the product should let a reader find. `is_honest`: looks odd, but is right."""

    key: str
    title: str
    sentence: str
    stations: tuple[str, ...]
    villages: tuple[str, ...]
    starts_on: date
    ends_on: date
    is_honest: bool = False


STORIES: tuple[Story, ...] = (
    Story(
        "improving-station",
        "稳步上升的派出所",
        "武功派出所自2018年初起各项质量指标逐月改善，由全局靠后升至靠前。",
        (IMPROVING_STATION,),
        (),
        date(2018, 1, 1),
        date(2019, 8, 19),
    ),
    Story(
        "declining-station",
        "持续下滑的派出所",
        "院岭派出所自2018年初起各项质量指标逐月走低，由全局靠前降至靠后。",
        (DECLINING_STATION,),
        (),
        date(2018, 1, 1),
        date(2019, 8, 19),
    ),
    Story(
        "scanty-village",
        "样本过少的村",
        "庙街十二村只有38户，无案件、纠纷和隐患，辅警自2019年3月起借调，样本过少，不宜评判。",
        ("S12",),
        (SCANTY_VILLAGE,),
        date(2016, 1, 1),
        date(2019, 8, 19),
    ),
    Story(
        "month-end-burst",
        "月末集中录入",
        "尚店十四村2019年6月、7月的走访记录大多在当月最后两天集中补录，应核查。",
        ("S08",),
        (BURST_VILLAGE,),
        date(2019, 6, 1),
        date(2019, 7, 31),
    ),
    Story(
        "honest-month-end",
        "月末确实繁忙",
        "尹集六村2019年5月至7月月末集市前后走访确实增多，当日走访当日录入，并非补录。",
        ("S10",),
        (HONEST_MONTH_END_VILLAGE,),
        date(2019, 5, 1),
        date(2019, 7, 31),
        is_honest=True,
    ),
    Story(
        "theft-series",
        "周五夜间系列盗窃",
        "2019年6月至7月，寺坡相邻三个社区连续8个周五的20时至24时各发生1起盗窃，作案时段和地段集中，宜串并研判。",
        (SERIES_STATION,),
        SERIES_VILLAGES,
        date(2019, 6, 1),
        date(2019, 7, 31),
    ),
    Story(
        "honest-round-times",
        "整点开始属正常",
        "枣林九村按班次表整点、半点开始巡逻和走访，时间整齐但抽查属实，不是编造。",
        ("S11",),
        (ROUND_TIMES_VILLAGE,),
        date(2016, 1, 1),
        date(2019, 8, 19),
        is_honest=True,
    ),
    Story(
        "moved-village",
        "划转的村",
        "红山六村2018年7月1日由铁山派出所划归红山派出所，同比按期末归属计算。",
        ("S06", "S07"),
        (MOVED_VILLAGE,),
        MOVED_ON,
        MOVED_ON,
        is_honest=True,
    ),
    Story(
        "renamed-village",
        "更名的村",
        "尹集八村2017年6月1日由尹集老街村更名而来，编码不变，数据连续。",
        ("S10",),
        (RENAMED_VILLAGE,),
        RENAMED_ON,
        RENAMED_ON,
        is_honest=True,
    ),
)

STORY_VILLAGES: frozenset[str] = frozenset(code for story in STORIES for code in story.villages)


def village_index(code: str) -> int:
    """The place of a village code in the city's arrays ('V001' is 0)."""
    return int(code[1:]) - 1


def station_index(code: str) -> int:
    return int(code[1:]) - 1
