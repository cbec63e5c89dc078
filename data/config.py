"""hongfeng.toml: which channels there are. Secrets stand only in the environment."""

import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator, model_validator

from data.declared import Declared, load_declared
from data.schema import LOADABLE

HTTP = "http"  # the name of the one HTTP channel among the channels' states
_KINDS = tuple(table.name for table in LOADABLE)


def _safe_name(name: str) -> str:
    """A channel's name is the name of its state file, so it may not lead anywhere else."""
    if not re.fullmatch(r"[0-9A-Za-z\u4e00-\u9fff_-]{1,40}", name):
        raise ValueError(f"应为 1 至 40 个汉字、字母、数字、- 或 _，实为“{name[:40]}”")
    return name


def _known_kind(kind: str | None) -> str | None:
    if kind is not None and kind not in _KINDS:
        raise ValueError(f"应为数据表名（{'、'.join(_KINDS)}），实为“{kind[:40]}”")
    return kind


def _variable(name: str) -> str:
    """The name of an environment variable: a secret written here by mistake is not echoed."""
    if not re.fullmatch(r"[A-Za-z_][0-9A-Za-z_]{0,63}", name):
        raise ValueError("应为环境变量名（字母、数字、_），密钥本身不得写入文件")
    return name


def _positive(seconds: float) -> float:
    if not 0 < seconds <= 86_400:
        raise ValueError(f"应大于 0 且不超过 86400 秒，实为“{seconds:g}”")
    return seconds


def _time_of_day(time: str) -> str:
    if time and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", time):
        raise ValueError(f"应为时刻（如 02:30），实为“{time[:20]}”")
    return time


Name = Annotated[str, AfterValidator(_safe_name)]
Kind = Annotated[str, AfterValidator(_known_kind)]
Variable = Annotated[str, AfterValidator(_variable)]
Seconds = Annotated[float, AfterValidator(_positive)]
Time = Annotated[str, AfterValidator(_time_of_day)]  # 02:30; empty: never


class HttpForm(Declared):
    """POST /api/records/KIND. Closed as long as the environment holds no token."""

    token_env: Variable = "HONGFENG_TOKEN"
    max_bytes: int = 16 * 2**20
    max_rows: int = 10_000

    @field_validator("max_bytes", "max_rows")
    @classmethod
    def _at_least_one(cls, number: int) -> int:
        if number < 1:
            raise ValueError(f"应不小于 1，实为“{number}”")
        return number

    @property
    def token(self) -> str:
        return os.environ.get(self.token_env, "").strip()


class FolderForm(Declared):
    """A drop folder. `mappings`: a folder of NAME.toml for files whose names begin with NAME."""

    name: Name
    path: Path
    mappings: Path | None = None
    kind: Kind | None = None
    settle_seconds: Seconds = 2
    every_seconds: Seconds = 1


class PostgresForm(Declared):
    """A table or query that is pulled; `key`: the columns by which deletions are found."""

    name: Name
    dsn_env: Variable
    kind: Kind
    table: str | None = None
    query: str | None = None
    mapping: Path | None = None
    key: tuple[str, ...] = Field(min_length=1)
    watermark: str
    overlap_seconds: Seconds = 300
    sweep_seconds: Seconds = 10
    every_seconds: Seconds = 0.5
    compare_at: Time | None = "02:30"

    @model_validator(mode="after")
    def _one_source(self) -> "PostgresForm":
        if (self.table is None) == (self.query is None):
            raise ValueError("应填写 table 或 query 其中之一")
        return self


class ReconcileForm(Declared):
    """When the journal is checked and recounted every night."""

    at: Time = "03:30"


class MapForm(Declared):
    """`villages`: the outlines of the villages as GeoJSON; without it they are drawn around their
    positions."""

    villages: Path | None = None


class WallForm(Declared):
    """`playlist`: what the wall shows; without it the one that is shipped."""

    playlist: Path | None = None


class CalendarForm(Declared):
    """`holidays`: the bureau's own days off and make-up days, for years not yet published."""

    holidays: Path | None = None


class DocumentsForm(Declared):
    """What the bureau's documents look like. Templates: PPTX for `weekly`, else DOCX.

    issuer, number, recipients, copies   落款, 发文字号, 主送, 抄送 of the bulletin
    """

    weekly: Path | None = None
    bulletin: Path | None = None
    dossier: Path | None = None
    issuer: str = ""
    number: str = ""
    recipients: str = "各派出所"
    copies: str = "局领导，局直各部门"
    red_header: bool = False


class Config(Declared):
    calendar: CalendarForm = CalendarForm()
    map: MapForm = MapForm()
    wall: WallForm = WallForm()
    reconcile: ReconcileForm = ReconcileForm()
    documents: DocumentsForm = DocumentsForm()
    http: HttpForm = HttpForm()
    folder: tuple[FolderForm, ...] = ()
    postgres: tuple[PostgresForm, ...] = ()

    @model_validator(mode="after")
    def _own_names(self) -> "Config":
        names = [HTTP, *(f.name for f in self.folder), *(p.name for p in self.postgres)]
        for at, name in enumerate(names):
            if name.lower() in (earlier.lower() for earlier in names[:at]):
                raise ValueError(f"渠道名称“{name}”重复（{HTTP} 由系统使用），请改名")
        return self


def load_config(path: Path) -> Config:
    """The configuration; without the file there are no channels and HTTP is closed.

    Paths in the file are meant from the folder in which the file lies.
    """
    if not path.exists():
        return Config()
    config = load_declared(path, Config)
    return config.model_copy(update=_from_home(dict(config), path.resolve().parent))


def _from_home(value: Any, home: Path) -> Any:
    """Every path in it, however deep, as meant from a folder."""
    match value:
        case Path():
            return home / value
        case Declared():
            return value.model_copy(update=_from_home(dict(value), home))
        case dict():
            return {key: _from_home(one, home) for key, one in value.items()}
        case tuple():
            return tuple(_from_home(one, home) for one in value)
    return value
