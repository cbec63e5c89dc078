"""待核 versions: listed, let in or sent back by a second person."""

import argparse

from pages.commands.output import DONE, print_rows
from pages.commands.parser import Commands, takes_act, takes_format, takes_person

ACTS = {"list": "列出", "confirm": "确认，自此计入", "refuse": "退回，仍按原记录计"}
NARROW = "id unit acts before after sender twin".split()


def add(commands: Commands) -> None:
    pending = commands.add("pending", _pending, "数据核查：列出待核改动、确认、退回")
    takes_act(pending, ACTS)
    pending.add_argument(
        "--id", action="append", default=[], metavar="编号", help="可重复；不写即全部待核改动"
    )
    takes_person(pending)
    takes_format(pending)


def _pending(options: argparse.Namespace) -> int:
    from data.decisions.pending_versions import confirm, refuse, twins
    from metrics.results import Results
    from metrics.wording.pending_words import after_words, before_words
    from pages.commands.opening import desk_of

    desk = desk_of(options)
    counted = desk.store.counted()
    waiting = Results(desk.store, counted, desk.actor).pending()
    if options.act != "list":
        ids = options.id or [each.version.id for each in waiting]
        settle = confirm if options.act == "confirm" else refuse
        settle(desk.store.journal, counted.copy, ids, options.remark, desk.actor, desk.at)
        print(f"已{ACTS[options.act][:2]} {len(set(ids)):,} 件")
        return DONE
    twin_by_id = twins(counted.copy, [each.version for each in waiting])
    rows = [
        {"id": each.version.id, "unit": f"{each.station_name}{each.village_name}" or "未知"}
        | {"acts": each.version.acts, "due_on": each.version.due_on.isoformat()}
        | {"before": before_words(each.version), "after": after_words(each.version)}
        | {"sender": each.version.sender, "source": each.version.source}
        | {"sent_at": each.version.at.isoformat(" "), "twin": twin_by_id.get(each.version.id, "")}
        for each in waiting
    ]
    print_rows(options.format, rows, {}, narrow=NARROW)
    return DONE
