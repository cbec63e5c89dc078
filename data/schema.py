"""The one declaration of every record table and register.

Validation, the check of the SQL catalogue, the documentation (docs/records.md) and the import
templates are all derived from TABLES. Times are Asia/Shanghai wall-clock times without a zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from data.rights import Right

ColumnType = Literal["text", "date", "instant", "integer", "number", "boolean"]

SQL_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "instant": "TIMESTAMP",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    """One field of a table.

    choices     code -> Chinese word; intake takes either and stores the code
    is_open     the choices are only the known ones, other codes are accepted
    refers_to   the register whose `code` this column must name
    is_plan     may lie in the future (a due date), so it survives an earlier as-of day
    follows     dates of the same row that settle this word: as of a day before one of them
                the word is unknown (null)
    """

    name: str
    title: str
    type: ColumnType = "text"
    note: str = ""
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False
    refers_to: str | None = None
    is_plan: bool = False
    follows: tuple[str, ...] = ()
    default: str | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class RowRule:
    """A condition over one row that must not be false, and the reason a person reads if it is."""

    holds: str
    reason: str


@dataclass(frozen=True)
class Table:
    """A record table or a register.

    identity   the columns that make up the id, if it has none
    right      what who writes it must be allowed to do
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rules: tuple[RowRule, ...] = ()
    is_register: bool = False
    identity: tuple[str, ...] = ()
    note: str = ""
    right: Right = "load"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def dispensable(self) -> frozenset[str]:
        """Columns that a source may lack without a figure losing its meaning.

        The common ones, for which null says what is meant, and those with a default.
        """
        common = {"id", "village", "station", "is_deleted", "voided_on", "voided_reason"}
        defaults = {column.name for column in self.columns if column.default}
        return frozenset(common | defaults | {"valid_from", "valid_to"})

    @property
    def dates(self) -> tuple[Column, ...]:
        """The dates and instants of what happened (not of the entry or of voiding)."""
        about_entry = {"entered_at", "voided_on", "valid_from", "valid_to"}
        return tuple(
            column
            for column in self.columns
            if column.type in ("date", "instant") and column.name not in about_entry
        )


text = partial(Column, type="text")
date = partial(Column, type="date")
instant = partial(Column, type="instant")
whole = partial(Column, type="integer", minimum=0)
flag = partial(Column, type="boolean")

VILLAGE = text("village", "村（社区）编码", refers_to="village", note="不详时留空，计入“未知”")
STATION = text("station", "派出所编码", refers_to="station", note="只知道派出所时填写")
OFFICER = text("officer", "民（辅）警工号", refers_to="officer")
IS_DELETED = flag("is_deleted", "是否删除", default="false")

EVENT_HEAD = (
    text("id", "记录编号", required=True, note="同一编号再次导入即为更正"),
    VILLAGE,
    STATION,
)
EVENT_TAIL = (
    instant("entered_at", "录入时间"),
    IS_DELETED,
    date("voided_on", "作废日期"),
    text("voided_reason", "作废原因"),
)
VALID = (
    date("valid_from", "启用日期", is_plan=True, default="1900-01-01", note="不填即一直有效"),
    date("valid_to", "停用日期", is_plan=True, note="含当日；仍有效则留空"),
)
VALID_RULE = RowRule("valid_to >= valid_from", "停用日期早于启用日期")


def event(name: str, title: str, *columns: Column, rules: tuple[RowRule, ...] = ()) -> Table:
    officer = () if any(column.name == "officer" for column in columns) else (OFFICER,)
    return Table(name, title, (*EVENT_HEAD, *officer, *columns, *EVENT_TAIL), rules)


def register(
    name: str, title: str, *columns: Column, key: tuple[str, ...] = ("code",), note: str = ""
) -> Table:
    every = (text("id", "登记编号", note="自动生成"), *columns, *VALID, IS_DELETED)
    return Table(name, title, every, (VALID_RULE,), True, (*key, "valid_from"), note)


CODE = text("code", "编码", required=True)
NAME = text("name", "名称", required=True)

REGISTERS = (
    register(
        "bureau",
        "本局",
        CODE,
        NAME,
        flag("is_simulated", "是否模拟数据", default="false"),
        date("observed_until", "数据截至日", note="留空即为当日"),
    ),
    register(
        "station",
        "派出所",
        CODE,
        NAME,
        text("unit_group", "考核分组", required=True, note="例：城区、乡镇；分组内排名"),
    ),
    register(
        "police_room",
        "警务室",
        CODE,
        NAME,
        text("station", "派出所编码", refers_to="station", required=True),
    ),
    register(
        "village",
        "村（社区）",
        CODE,
        NAME,
        text("kind", "类别", choices={"village": "村", "community": "社区"}, required=True),
        whole("households", "登记户数"),
        whole("population", "登记人口"),
        Column("longitude", "经度", "number", minimum=-180, maximum=180),
        Column("latitude", "纬度", "number", minimum=-90, maximum=90),
        text("room", "警务室编码", refers_to="police_room"),
        text("station", "派出所编码", refers_to="station", required=True),
    ),
    register(
        "officer",
        "民（辅）警",
        text("code", "工号", required=True, note="只登记工号，不登记姓名"),
        text(
            "role",
            "岗位",
            required=True,
            choices={
                "auxiliary": "驻村辅警",
                "community": "社区民警",
                "patrol": "巡防队员",
                "other": "其他",
            },
        ),
        STATION,
    ),
    register(
        "assignment",
        "包村（格）安排",
        text("officer", "民（辅）警工号", refers_to="officer", required=True),
        VILLAGE,
        text("room", "警务室编码", refers_to="police_room", note="社区民警填写"),
        key=("officer", "village", "room"),
        note="驻村辅警填村（社区），社区民警填警务室",
    ),
    register(
        "work_station",
        "警务工作站",
        CODE,
        text(
            "kind",
            "类别",
            required=True,
            choices={
                "village": "村（社区）",
                "enterprise": "企业",
                "commercial": "商圈",
                "scenic": "景区",
            },
        ),
        VILLAGE,
        STATION,
    ),
    register(
        "mediator",
        "调解员",
        CODE,
        text("village", "村（社区）编码", refers_to="village", required=True),
    ),
    register(
        "security_director",
        "治保主任",
        CODE,
        text("village", "村（社区）编码", refers_to="village", required=True),
    ),
    register("patrol_team", "巡逻队", CODE, VILLAGE, STATION, whole("members", "队员人数")),
    register("wechat_group", "平安微信群", CODE, VILLAGE, STATION),
    register(
        "equipment",
        "装备",
        CODE,
        text("kind", "类别", required=True, choices={"phone": "警务手机"}, is_open=True),
        whole("quantity", "数量", default="1"),
        VILLAGE,
        STATION,
    ),
)

EVENTS = (
    event(
        "visit",
        "走访",
        text("household", "户号", note="不可识别的户号，不填姓名、门牌、身份证号"),
        instant("started_at", "开始时间"),
        instant("ended_at", "结束时间"),
        text("purpose", "走访事由"),
        text("note_digest", "记录摘要码", note="文字内容不保存，只存摘要码"),
        rules=(
            RowRule("started_at IS NOT NULL OR entered_at IS NOT NULL", "开始时间和录入时间均缺"),
            RowRule(
                "regexp_full_match(note_digest, '[0-9A-Za-z+/=_:-]{6,128}')",
                "记录摘要码不是摘要码，走访记录的文字不得录入",
            ),
        ),
    ),
    event(
        "return_visit",
        "重点户回访",
        text("household", "户号"),
        text("reason", "回访事由"),
        date("due_on", "应回访日期", required=True, is_plan=True),
        date("done_on", "回访日期"),
    ),
    event(
        "patrol",
        "巡逻",
        text("team", "巡逻队"),
        date("planned_on", "计划日期", is_plan=True),
        instant("started_at", "开始时间"),
        instant("ended_at", "结束时间"),
        instant("completed_at", "完成时间"),
        whole("points_due", "应到必巡点数"),
        whole("points_reached", "实到必巡点数"),
        rules=(
            RowRule("planned_on IS NOT NULL OR started_at IS NOT NULL", "计划日期和开始时间均缺"),
            RowRule("ended_at >= started_at", "结束时间早于开始时间"),
            RowRule("completed_at >= started_at", "完成时间早于开始时间"),
            RowRule("points_reached <= points_due", "实到点数多于应到点数"),
        ),
    ),
    event(
        "dispute",
        "矛盾纠纷",
        text("kind", "类别"),
        text("channel", "来源"),
        text("level", "等级"),
        text("method", "化解方式"),
        instant("received_at", "受理时间", required=True),
        instant("first_handled_at", "首次处理时间"),
        date("due_on", "应化解日期", is_plan=True),
        date("concluded_on", "办结日期"),
        text(
            "outcome",
            "办结结果",
            choices={"resolved": "化解", "failed": "未化解", "transferred": "移送"},
            follows=("concluded_on",),
        ),
        date("resolved_on", "化解日期"),
        date("called_back_on", "回访日期"),
        date("reopened_on", "复发日期"),
        rules=(
            RowRule("first_handled_at >= received_at", "首次处理早于受理"),
            RowRule("due_on >= CAST(received_at AS DATE)", "应化解日期早于受理日期"),
            RowRule("concluded_on >= CAST(received_at AS DATE)", "办结日期早于受理日期"),
            RowRule("resolved_on >= CAST(received_at AS DATE)", "化解日期早于受理日期"),
            RowRule("called_back_on >= resolved_on", "回访日期早于化解日期"),
            RowRule("reopened_on >= resolved_on", "复发日期早于化解日期"),
        ),
    ),
    event(
        "case",
        "案件",
        text(
            "kind",
            "类别",
            choices={
                "theft": "盗窃",
                "robbery": "抢劫抢夺",
                "fraud": "诈骗",
                "assault": "伤害",
                "damage": "损毁财物",
                "other": "其他",
            },
            is_open=True,
        ),
        flag("is_criminal", "是否刑事"),
        instant("reported_at", "接报时间"),
        instant("happened_at", "发案时间"),
        date("decided_on", "受立案决定日期"),
        date("filed_on", "立案日期", note="未立案留空"),
        date("cleared_on", "破案日期"),
        date("withdrawn_on", "撤案日期"),
        date("called_back_on", "回访被害人日期"),
        text(
            "status",
            "状态",
            choices={"open": "未破", "cleared": "已破", "withdrawn": "撤案"},
            is_open=True,
            follows=("cleared_on", "withdrawn_on"),
        ),
        text("series_id", "串案编号"),
        rules=(
            RowRule("reported_at IS NOT NULL OR filed_on IS NOT NULL", "接报时间和立案日期均缺"),
            RowRule("happened_at <= reported_at", "发案时间晚于接报时间"),
            RowRule("decided_on >= CAST(reported_at AS DATE)", "受立案决定早于接报"),
            RowRule("filed_on >= CAST(reported_at AS DATE)", "立案日期早于接报日期"),
            RowRule("cleared_on >= filed_on", "破案日期早于立案日期"),
            RowRule("withdrawn_on >= filed_on", "撤案日期早于立案日期"),
            RowRule("called_back_on >= filed_on", "回访日期早于立案日期"),
            RowRule("cleared_on IS NULL OR filed_on IS NOT NULL", "有破案日期而无立案日期"),
            RowRule("withdrawn_on IS NULL OR filed_on IS NOT NULL", "有撤案日期而无立案日期"),
        ),
    ),
    event(
        "hazard",
        "隐患",
        text("kind", "类别"),
        date("found_on", "发现日期", required=True),
        date("due_on", "整改期限", is_plan=True),
        date("closed_on", "整改日期"),
        date("rechecked_on", "复查日期"),
        date("reopened_on", "反弹日期"),
        rules=(
            RowRule("due_on >= found_on", "整改期限早于发现日期"),
            RowRule("closed_on >= found_on", "整改日期早于发现日期"),
            RowRule("rechecked_on >= closed_on", "复查日期早于整改日期"),
            RowRule("reopened_on >= closed_on", "反弹日期早于整改日期"),
        ),
    ),
    event(
        "task",
        "任务",
        text("source", "来源"),
        instant("dispatched_at", "派发时间", required=True),
        flag("is_urgent", "是否紧急", default="false"),
        instant("signed_at", "签收时间"),
        instant("feedback_at", "反馈时间"),
        date("due_on", "办结期限", is_plan=True),
        date("done_on", "办结日期"),
        rules=(
            RowRule("signed_at >= dispatched_at", "签收早于派发"),
            RowRule("feedback_at >= dispatched_at", "反馈早于派发"),
            RowRule("done_on >= CAST(dispatched_at AS DATE)", "办结早于派发"),
            RowRule("due_on >= CAST(dispatched_at AS DATE)", "办结期限早于派发日期"),
        ),
    ),
    event(
        "survey_answer",
        "群众评价",
        date("asked_on", "回访日期", required=True),
        text("question", "题目"),
        flag("is_valid", "是否有效", required=True),
        flag("is_satisfied", "是否满意"),
        rules=(RowRule("NOT is_valid OR is_satisfied IS NOT NULL", "有效答卷缺“是否满意”"),),
    ),
    event(
        "spot_check",
        "信息抽查",
        text("record", "被抽查记录编号"),
        date("checked_on", "抽查日期", required=True),
        whole("fields_sampled", "抽查项数", required=True),
        whole("fields_correct", "准确项数", required=True),
        rules=(RowRule("fields_correct <= fields_sampled", "准确项数多于抽查项数"),),
    ),
    event(
        "merit",
        "战果",
        text(
            "kind",
            "类别",
            required=True,
            choices={"crime-stopped": "制止违法犯罪", "suspect-caught": "抓获嫌疑人"},
            is_open=True,
        ),
        whole("persons", "人数", default="1"),
        date("happened_on", "日期", required=True),
    ),
    event(
        "duty_day",
        "履职日",
        text("officer", "民（辅）警工号", refers_to="officer", required=True),
        date("day", "日期", required=True, is_plan=True),
        text(
            "kind",
            "类别",
            required=True,
            choices={"due": "应到", "leave": "休假", "secondment": "借调"},
        ),
    ),
)

REJECT = Table(
    "reject",
    "拒收记录",
    (
        text("id", "编号"),
        text("kind", "数据表"),
        text("source", "文件"),
        text("source_digest", "文件摘要码"),
        whole("row_number", "行号"),
        text("record_id", "记录编号"),
        text("content", "原始内容"),
        text("reasons", "拒收原因"),
        instant("rejected_at", "时间"),
        IS_DELETED,
    ),
)

ANNOTATION = Table(
    "annotation",
    "图上标注",
    (
        text("id", "记录编号", required=True, note="自动生成；同一编号再次写入即为更正"),
        text("village", "村（社区）编码", refers_to="village", note="只标一个村（社区）时填写"),
        text("station", "派出所编码", refers_to="station", note="只标一个派出所时填写"),
        date("marked_on", "日期", required=True, is_plan=True, note="事情发生或开始的那一天"),
        text("remark", "标注", required=True, note="一句话，不超过 40 字，不写姓名和任何号码"),
        text("author", "标注人", required=True, note="工号"),
        *EVENT_TAIL,
    ),
    rules=(RowRule("length(remark) <= 40", "标注超过 40 字"),),
    note="在页面“趋势”上标记，不从文件导入；村和派出所都不填即标在全局",
    right="annotate",
)

LOG = Table(
    "log",
    "办理日志",
    (
        text("id", "编号"),
        whole("number", "序号"),
        text("kind", "事项"),
        text("subject", "对象"),
        text("content", "内容"),
        text("person", "办理人"),
        text("role", "身份"),
        instant("acted_at", "办理时间"),
        text("previous", "前一条校验码"),
        text("hash", "校验码"),
    ),
    note="考核各步骤、台账、申诉、核查结论、方案发布；只增不改，逐条以校验码相连，不从文件导入",
)

TABLES: Mapping[str, Table] = {
    table.name: table for table in (*REGISTERS, *EVENTS, ANNOTATION, REJECT, LOG)
}
OWN_TABLES = (REJECT.name, LOG.name)  # the product writes them itself, nobody loads them
LOADABLE = tuple(table for table in (*REGISTERS, *EVENTS) if table.name != "bureau")


def quoted(name: str) -> str:
    """The name as an SQL identifier (`case` is a reserved word)."""
    return '"' + name.replace('"', '""') + '"'
