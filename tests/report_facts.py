"""The figures of the newspaper report of August 2019 (domain.md, section 1), as data.

Tests check the demo city against them. With scale and
density the facts are multiplied, the stock with scale only.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """What is counted in a record table, by which date, from 1 January to 19 August of `year`."""

    key: str
    title: str
    what: str
    table: str
    day: str
    where: str
    year: int
    at_least: int
    at_most: int


@dataclass(frozen=True)
class Stock:
    """What is counted in the rows of a register that hold on 2019-08-19."""

    key: str
    title: str
    what: str
    table: str
    where: str
    expected: int


PROPERTY = "kind IN ('theft', 'robbery', 'fraud') AND withdrawn_on IS NULL"
STOPPED, CAUGHT = "kind = 'crime-stopped'", "kind = 'suspect-caught'"
ROWS = "count(*)"

FACTS: tuple[Fact, ...] = (
    Fact("visits", "走访群众", ROWS, "visit", "started_at", "true", 2019, 37_000, 37_999),
    Fact("patrols", "巡逻", ROWS, "patrol", "started_at", "true", 2019, 5_560, 5_569),
    Fact("disputes-resolved", "化解纠纷", ROWS, "dispute", "resolved_on", "true", 2019, 118, 118),
    Fact("hazards-found", "排查隐患", ROWS, "hazard", "found_on", "true", 2019, 141, 141),
    Fact("crimes-stopped", "制止违法犯罪", ROWS, "merit", "happened_on", STOPPED, 2019, 5, 5),
    Fact("suspects-caught", "抓获", "sum(persons)", "merit", "happened_on", CAUGHT, 2019, 10, 10),
    Fact("filed", "盗抢骗立案", ROWS, "case", "filed_on", PROPERTY, 2019, 250, 250),
    Fact("cleared", "盗抢骗破案", ROWS, "case", "cleared_on", PROPERTY, 2019, 114, 114),
    Fact("filed-2018", "上年同期立案", ROWS, "case", "filed_on", PROPERTY, 2018, 250, 250),
    Fact("cleared-2018", "上年同期破案", ROWS, "case", "cleared_on", PROPERTY, 2018, 80, 80),
)

VILLAGES, ROOMS, OFFICERS = (f"count(DISTINCT {name})" for name in ("village", "room", "officer"))

STOCKS: tuple[Stock, ...] = (
    Stock("stations", "派出所", ROWS, "station", "true", 14),
    Stock("villages", "行政村", ROWS, "village", "kind = 'village'", 191),
    Stock("communities", "社区", ROWS, "village", "kind = 'community'", 28),
    Stock("auxiliaries", "驻村辅警", ROWS, "officer", "role = 'auxiliary'", 219),
    Stock("community-officers", "社区民警", ROWS, "officer", "role = 'community'", 30),
    Stock("police-rooms", "警务室", ROWS, "police_room", "true", 27),
    Stock("assigned-villages", "有辅警的村", VILLAGES, "assignment", "true", 219),
    Stock("assigned-rooms", "有民警的警务室", ROOMS, "assignment", "true", 27),
    Stock("assigned-officers", "在岗民辅警", OFFICERS, "assignment", "true", 249),
    Stock("work-stations", "警务工作站", ROWS, "work_station", "true", 224),
    Stock("village-work-stations", "村级工作站", VILLAGES, "work_station", "true", 219),
    Stock("scenic-work-stations", "景区工作站", ROWS, "work_station", "kind = 'scenic'", 2),
    Stock("mediators", "调解员", VILLAGES, "mediator", "true", 219),
    Stock("security-directors", "治保主任", VILLAGES, "security_director", "true", 219),
    Stock("patrol-teams", "巡逻队", ROWS, "patrol_team", "members >= 1", 220),
    Stock("patrol-members", "巡防队员", "sum(members)", "patrol_team", "true", 285),
    Stock("wechat-groups", "平安微信群", ROWS, "wechat_group", "true", 284),
    Stock("phones", "警务手机", "sum(quantity)", "equipment", "kind = 'phone'", 600),
)
