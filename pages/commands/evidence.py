"""What proves the records and the results: the chain, the receipts, and verifying."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.rights import command_line
from pages.commands.output import DONE, MOST_TOLD, NOTHING, progress_bar, write_file
from pages.commands.parser import Commands

if TYPE_CHECKING:
    from metrics.assessment.receipt import Receipt


def add(commands: Commands) -> None:
    verify = commands.add("verify", _verify, "核验定稿：按当时的记录、方案、口径重算并逐项比对")
    verify.add_argument("--period", default=None, metavar="期间", help="只核验这一期")
    verify.add_argument(
        "--receipt", default="", metavar="回执", help="另行保存的回执文件，或通报所印的校验码全文"
    )
    receipt = commands.add("receipt", _receipt, "写出定稿回执：期间、日志位置、校验码，另行保存")
    receipt.add_argument("--period", required=True, metavar="期间", help="已定稿的期间")
    receipt.add_argument("--out", type=Path, metavar="文件", help="写到哪里；不写则显示")
    commands.add("seal", _seal, "为旧版数据建立日志链条：逐一记下已有各部分的校验码")


def _verify(options: argparse.Namespace) -> int:
    from data.journal.journal import Journal
    from data.journal.sealing import chain_state
    from metrics.assessment.receipt import contradictions
    from metrics.assessment.verify import common_problems, log_of, verify

    journal, receipt = Journal(options.store), _receipt_in(options.receipt)
    with progress_bar("核验") as progress:
        verifications = verify(journal, command_line(), options.period, progress)
    if state := chain_state(journal):
        print(state)
    for each in verifications:
        print(f"{each.period}（{each.folder}）：{'一致' if each.is_same else '不一致'}")
        _tell(each.problems)
    is_same = bool(verifications) and all(each.is_same for each in verifications)
    log = log_of(journal)
    if not verifications:
        _tell(common_problems(journal, log))
        print("没有定稿", file=sys.stderr)
    if receipt is not None:
        sentences = contradictions(receipt, log)
        print(f"回执：{'不一致' if sentences else '一致'}")
        _tell(sentences)
        is_same = is_same and not sentences
    return DONE if is_same else NOTHING


def _receipt_in(text: str) -> "Receipt | str | None":
    """The receipt in a file of this name, or what was typed; None if nothing was given."""
    from metrics.assessment.receipt import read_receipt

    if not text:
        return None
    try:
        return read_receipt(Path(text).read_text("utf-8") if os.path.isfile(text) else text)
    except UnicodeDecodeError:
        raise ValueError(f"“{text}”不是定稿回执") from None


def _tell(sentences: Sequence[str]) -> None:
    for sentence in sentences[:MOST_TOLD]:
        print(f"  {sentence}", file=sys.stderr)
    if len(sentences) > MOST_TOLD:
        print(f"  ……共 {len(sentences):,} 处", file=sys.stderr)


def _receipt(options: argparse.Namespace) -> int:
    from metrics.assessment.receipt import receipt_of
    from metrics.assessment.verify import log_of
    from metrics.calendar.period import parse_period
    from metrics.calendar.standing import standing
    from pages.commands.opening import store_of

    store = store_of(options)
    period = parse_period(options.period, store.as_of()).text
    receipt = receipt_of(standing(log_of(store.journal), period))
    if receipt is None:
        print(f"{period}尚未定稿，没有回执", file=sys.stderr)
        return NOTHING
    if options.out is None:
        print(receipt.text)
        return DONE
    return write_file(options.out, f"{receipt.text}\n".encode(), is_forced=False)


def _seal(options: argparse.Namespace) -> int:
    from data.journal.journal import Journal
    from data.journal.sealing import seal

    journal = Journal(options.store)
    problems = journal.damaged()
    print(seal(journal, command_line()))
    if problems:
        print("封存的是现状，此前已有的问题不因此消除：", file=sys.stderr)
        _tell(problems)
    return DONE
