"""The command line: the same product without a screen. Its families lie in pages/commands/."""

import gc
import os
import sys
from collections.abc import Sequence

from data.refusal import Refusal
from pages.commands import (
    evidence,
    flags,
    ledgers,
    measures,
    pending,
    periods,
    records,
    reports,
    servers,
)
from pages.commands.output import DONE, NOTHING, WITH_REJECTS
from pages.commands.parser import COMMON, Commands, Parser, command_first

__all__ = ["DONE", "NOTHING", "WITH_REJECTS", "main"]
# Young objects before a collection of garbage: by default those of the imports alone cause dozens
# of collections that find nothing, a tenth of what a short command costs.
RARELY = 50_000, 10, 10
FAMILIES = (records, measures, periods, evidence, ledgers, flags, pending, reports, servers)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 nothing done (why, on stderr), 3 done with rejects."""
    gc.set_threshold(*RARELY)
    options = parser().parse_args(command_first(sys.argv[1:] if arguments is None else arguments))
    try:
        return int(options.run(options))
    except (Refusal, ValueError) as error:
        print(error, file=sys.stderr)
        return NOTHING
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def parser() -> Parser:
    program = Parser(
        prog="hongfeng",
        description="红枫：一村（格）一警考核分析",
        epilog=f"可写在命令前或命令后的选项：{'、'.join(COMMON)}；说明见 hongfeng 命令 --help",
    )
    commands = Commands(program)
    for family in FAMILIES:
        family.add(commands)
    return program


if __name__ == "__main__":
    sys.exit(main())
