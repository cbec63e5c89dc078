"""A period step by step, and the year's awards."""

import argparse
from datetime import date

from metrics.assessment.acts import LABELS
from metrics.calendar.period import parse_period
from pages.commands.output import DONE, print_rows, progress_bar
from pages.commands.parser import Commands, takes_act, takes_format, takes_level, takes_person

LOOKS: dict[str, str] = {"show": "现状", "late": "与现有记录比对"}  # acts that write nothing


def add(commands: Commands) -> None:
    period = commands.add(
        "period", _period, "办理考核：截止、计算、初核、公示、复核、定稿、通报、更正"
    )
    takes_act(period, LOOKS | dict[str, str](LABELS.items()), "步骤")
    period.add_argument("--record", action="append", metavar="表:编号", help="更正所据的记录")
    takes_person(period)
    award = commands.add("award", _award, "年度评优：按定稿月份的平均最终分")
    award.add_argument("--year", type=int, required=True, metavar="年", help="如 2019")
    takes_level(award)
    takes_format(award)


def _period(options: argparse.Namespace) -> int:
    from metrics.assessment.steps import perform
    from metrics.assessment.transitions import next_step
    from metrics.assessment.verify import late_differences
    from metrics.wording.assessment_words import history, period_headline
    from pages.commands.opening import desk_of

    desk = desk_of(options)
    period = parse_period(options.period, desk.store.as_of())
    if options.act == "late":
        print("\n".join(late_differences(desk, period.text)) or "现有记录与定稿没有差别")
        return DONE
    if options.act in LABELS:
        records = [record.split(":", 1) for record in options.record or ()]
        with progress_bar() as progress:
            perform(desk, options.act, period.text, options.remark, records, progress)
    case = desk.case(period.text)
    print(period_headline(period, case.standing, next_step(case), (), False))
    if options.act == "show":
        for row in history(case.log, period.text, {}):
            print(f"{row['number']:>4}  {row['at']}  {row['person']}  {row['what']}")
    return DONE


def _award(options: argparse.Namespace) -> int:
    from metrics.assessment.awards import awards
    from metrics.scheme.scheme import scheme_of
    from pages.commands.opening import counted_of, store_of

    store = store_of(options)
    counted = counted_of(store, None)
    scheme = scheme_of(counted.schemes, date(options.year, 12, 31))
    listed = awards(store.folder, counted.log(), scheme, options.by, options.year)
    narrow = "name group months mean is_excellent reason".split()
    print_rows(options.format, [vars(award) for award in listed], {}, narrow)
    return DONE
