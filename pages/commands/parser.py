"""Arguments in Chinese, and those that several commands share."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from data.environment import CONFIG_NAME, STORE, USUAL_STORE
from metrics.calendar.period import FORMS
from metrics.scheme.level import LEVELS

Run = Callable[[argparse.Namespace], int]


# May stand before the command's name as well as behind it.
COMMON = ("--store", "--format", "--as-of", "--indicators", "--scheme", "--config")


def command_first(arguments: Sequence[str]) -> list[str]:
    """The arguments with the common options that stand before the command's name put behind it.

    What is given again behind it holds; an option that the command does not take is refused there.
    """
    options: list[str] = []
    rest = list(arguments)
    while rest and rest[0].split("=")[0] in COMMON:
        option = rest.pop(0)
        options += [option] if "=" in option else [option, *rest[:1]]
        rest = rest if "=" in option else rest[1:]
    return [*rest[:1], *options, *rest[1:]]


class Parser(argparse.ArgumentParser):
    """argparse with Chinese headings and one-sentence errors."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, **options)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示说明")

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法：")

    def error(self, message: str) -> Any:
        self.exit(2, f"{_translated(message)}；说明见 {self.prog} --help\n")


def _translated(message: str) -> str:
    for english, chinese in (
        ("the following arguments are required:", "缺少参数"),
        ("unrecognized arguments:", "不认识的参数"),
        ("invalid choice:", "不在可选值内："),
        ("(choose from", "（可选"),
        ("expected one argument", "缺少值"),
        ("argument ", "参数 "),
    ):
        message = message.replace(english, chinese)
    return message


class Commands:
    """The commands of the program; each family adds its own."""

    def __init__(self, parser: Parser) -> None:
        self._added = parser.add_subparsers(
            title="命令", required=True, metavar="命令", parser_class=Parser
        )

    def add(self, name: str, run: Run, help: str) -> Parser:
        added: Parser = self._added.add_parser(name, help=help, description=help)
        default = Path(os.environ.get(STORE, USUAL_STORE))
        added.add_argument("--store", type=Path, default=default, metavar="目录", help="数据目录")
        added.set_defaults(run=run)
        return added


def takes_act(parser: Parser, acts: Mapping[str, str], metavar: str = "事项") -> None:
    """What is to be done, by its name."""
    parser.add_argument("act", choices=list(acts), metavar=metavar, help=offered(acts))


def takes_person(parser: Parser) -> None:
    """Who acts, when, about which period: of the commands that write into the log."""
    parser.add_argument("--period", default="", metavar="期间", help=FORMS)
    parser.add_argument("--remark", default="", metavar="意见", help="意见或理由")
    parser.add_argument("--person", metavar="工号", help="办理人；默认为当前系统用户")
    parser.add_argument("--config", type=Path, metavar="文件", help="配置，内有节假日文件")
    parser.add_argument("--on", type=day, metavar="日期", help="办理日期，仅模拟数据可用")


def takes_level(parser: Parser, default: str = "station") -> None:
    parser.add_argument(
        "--by",
        choices=list(LEVELS),
        default=default,
        metavar="层级",
        help=f"{'、'.join(LEVELS)}；默认 {default}",
    )


def takes_as_of(parser: Parser) -> None:
    parser.add_argument("--as-of", type=day, metavar="日期", help="数据截至日，如 2019-08-19")


def takes_config(parser: Parser) -> None:
    parser.add_argument(
        "--config", type=Path, metavar="文件", help=f"渠道配置，默认为当前目录的 {CONFIG_NAME}"
    )


def takes_format(parser: Parser) -> None:
    parser.add_argument(
        "--format",
        choices=["table", "json", "csv"],
        default="table",
        metavar="格式",
        help="table、json 或 csv",
    )


def offered(acts: Mapping[str, str]) -> str:
    return "；".join(f"{name} {title}" for name, title in acts.items())


def times(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"应为不小于 1 的整数，实为“{text}”")
    return int(text)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"应为日期，如 2019-08-19，实为“{text}”") from None
