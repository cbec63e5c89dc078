"""The one loader of every declared file: indicators, schemes, mappings, rights, configuration.

A wrong file is refused with one sentence: file, key, what was wanted, what came.
"""

import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError


def _exact(value: object) -> object:
    """0.95, 95 or "2/3" as an exact fraction."""
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return Fraction(value)
    return value


Exact = Annotated[Fraction, BeforeValidator(_exact)]


class Declared(BaseModel):
    """Base of every declared form: unknown keys are errors, values are not coerced silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


Form = TypeVar("Form", bound=Declared)


class DeclarationError(ValueError):
    """A declared file is wrong; the message names file and key."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        self.file, self.key, self.problem = file, key, problem
        super().__init__(f"{file}：{key} {problem}" if key else f"{file}：{problem}")


def load_declared(path: Path, form: type[Form], **fixed: Any) -> Form:
    """Read one TOML file into its form. `fixed` adds keys that do not stand in the file."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise DeclarationError(path.name, "", f"没有这个文件（{path}）") from None
    except UnicodeDecodeError:
        raise DeclarationError(path.name, "", "不是 UTF-8 编码，请另存为 UTF-8") from None
    return read_declared(text, path.name, form, **fixed)


def read_declared(text: str, name: str, form: type[Form], /, **fixed: Any) -> Form:
    """The same of a text that has no file of its own; messages name it by `name`."""
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(name, "", f"不是合法的 TOML：{error}") from None
    try:
        return form.model_validate({**content, **fixed})
    except ValidationError as error:
        raise explain(name, error) from None


def explain(file: str, error: ValidationError) -> DeclarationError:
    """The first problem of a validation as file, key, wanted, got."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    kind, context = first["type"], first.get("ctx", {})
    got = f"，实为“{_short(first['input'])}”"
    wanted = {
        "missing": "缺少，必须填写",
        "extra_forbidden": "不是可用的项，请删去或更正拼写",
        "literal_error": f"应为 {str(context.get('expected', '')).replace(' or ', ' 或 ')}{got}",
        "string_type": f"应为文字{got}",
        "int_type": f"应为整数{got}",
        "int_parsing": f"应为整数{got}",
        "bool_type": f"应为 true 或 false{got}",
        "bool_parsing": f"应为 true 或 false{got}",
        "decimal_type": f"应为数值{got}",
        "decimal_parsing": f"应为数值{got}",
        "date_type": f"应为日期（如 2019-01-01）{got}",
        "date_from_datetime_parsing": f"应为日期（如 2019-01-01）{got}",
        "list_type": f"应为列表{got}",
        "tuple_type": f"应为列表{got}",
        "dict_type": f"应为一组键值{got}",
        "model_type": f"应为一组键值{got}",
        "value_error": str(context.get("error", first["msg"])),
    }.get(kind, f"{first['msg']}{got}")
    return DeclarationError(file, key, wanted)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"
