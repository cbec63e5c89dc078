"""Tasks, return visits, spot checks and the answers of the people: the regular monthly work."""

import numpy as np
import pyarrow as pa

from data.demo.arrays import Mask, Times, Whole
from data.demo.days import HOME_WEEK, MONTH_COUNT, month_share, stream
from data.demo.frame import as_table, keep, masked, numbered, record_ids, words
from data.demo.hours import TASKS
from data.demo.picks import pick, pick_days_in_months
from data.demo.places import PLACES
from data.demo.stories import SCANTY_VILLAGE, village_index
from data.demo.times import at_minute, entry_times, only, plus_days, plus_minutes, up_to_the_end
from data.demo.visits import VisitLog, household_keys
from data.demo.world import World, whereabouts

TASKS_A_MONTH, RETURN_VISITS_A_MONTH = 4.15, 2.3
# Five at random in every village; the weaker and larger it is, the more on what drew attention.
SPOT_CHECKS_A_MONTH, AIMED_A_MONTH, FIELDS = 5, 0.42, 10
SURVEYS_AT_LEAST, SURVEYS_BY_SIZE = 42, 110

SOURCES = ("指挥中心", "派出所", "上级交办", "网格平台", "群众求助")
REASONS = ("近期案件", "近期纠纷", "群众要求")
# What an average village is told: who asks for more police still feels safe and is treated well.
SATISFIED = {"见警率": 0.9, "服务态度": 0.95, "办事效率": 0.925, "治安感受": 0.972}
QUESTIONS, SATISFIED_SHARES = tuple(SATISFIED), np.array(list(SATISFIED.values()))


def village_months(world: World, rng: np.random.Generator, a_month: float) -> tuple[Whole, Times]:
    """Village and day of monthly work: about `a_month` per village, more in larger villages."""
    size = np.sqrt(world.city.households / world.city.households.mean())
    size[village_index(SCANTY_VILLAGE)] = 0.2
    share = month_share(np.arange(MONTH_COUNT))
    counts = rng.poisson(a_month * world.density * np.outer(share, size / size.mean()))
    month, village = (np.repeat(each.ravel(), counts.ravel()) for each in np.indices(counts.shape))
    days = pick_days_in_months(rng, month)
    order = np.argsort(days, kind="stable")
    return village[order], days[order]


def task_table(world: World) -> pa.Table:
    rng = stream(world.seed, "task")
    village, days = village_months(world, rng, TASKS_A_MONTH)
    count = len(village)
    is_urgent = rng.random(count) < 0.12
    dispatched = at_minute(days, TASKS.minutes(rng.random(count)))
    signed = _signed(world, rng, village, dispatched, is_urgent)
    due = plus_days(days, np.where(is_urgent, 1, 3 + 8 * rng.random(count)))
    done = _done(world, rng, village, signed, due)
    feedback = at_minute(done, 600 + 600 * rng.random(count))
    columns = {
        "id": record_ids("R", count),
        **whereabouts(world, rng, village, days),
        "source": words(SOURCES, pick(rng, np.array([3.0, 4, 2, 3, 1]), count)),
        "dispatched_at": dispatched,
        "is_urgent": is_urgent,
        "signed_at": signed,
        "feedback_at": np.maximum(feedback, signed),
        "due_on": due,
        "done_on": done,
        "entered_at": dispatched,
    }
    return as_table("task", columns)


def _signed(
    world: World, rng: np.random.Generator, village: Whole, dispatched: Times, is_urgent: Mask
) -> Times:
    """Within 2 hours (urgent) or 24; one late task in eight is never signed."""
    count = len(village)
    limit = np.where(is_urgent, 120, 1440)
    is_timely = rng.random(count) < world.quality.chance("F1", 0.957, village, dispatched)
    soon = 1 + np.minimum(rng.exponential(limit / 4), limit - 3)
    minutes = np.where(is_timely, soon, limit * (1.05 + rng.exponential(0.6, count)))
    signed = up_to_the_end(plus_minutes(dispatched, minutes))
    return only(is_timely | (rng.random(count) >= 0.125), signed)


def _done(
    world: World, rng: np.random.Generator, village: Whole, signed: Times, due: Times
) -> Times:
    """On time, or late, or (one late task in six) never; not before it was signed."""
    count = len(village)
    is_timely = rng.random(count) < world.quality.chance("F2", 0.915, village, due)
    room = np.maximum((due - signed.astype("M8[D]")).astype(np.float64), 0)
    timely = signed.astype("M8[D]") + np.floor((room + 1) * rng.random(count)).astype("m8[D]")
    late = plus_days(np.maximum(due, signed.astype("M8[D]")), 1 + rng.exponential(4, count))
    is_done = is_timely | (rng.random(count) >= 0.17)
    return up_to_the_end(only(is_done, np.where(is_timely, timely, late).astype("M8[D]")))


def return_visit_table(world: World) -> pa.Table:
    """What falls due soon after the end of the data is already known, but not done."""
    rng = stream(world.seed, "return visit")
    village, created = village_months(world, rng, RETURN_VISITS_A_MONTH)
    count = len(village)
    due = plus_days(created, 5 + 16 * rng.random(count))
    is_timely = rng.random(count) < world.quality.chance("A3", 0.91, village, due)
    late = plus_days(due, 1 + rng.exponential(6, count))
    timely = np.maximum(plus_days(due, -6 * rng.random(count)), created)
    done = np.where(is_timely, timely, late).astype("M8[D]")
    is_done = is_timely | (rng.random(count) < 0.7)
    columns = {
        "id": record_ids("H", count),
        **whereabouts(world, rng, village, created, is_sure=np.ones(count, np.bool_)),
        "household": household_keys(world, village, rng.integers(0, 10**6, count)),
        "reason": words(REASONS, pick(rng, np.array([5.0, 2, 4]), count)),
        "due_on": due,
        "done_on": up_to_the_end(only(is_done, done)),
        "entered_at": entry_times(rng, at_minute(created, np.full(count, 540))),
    }
    return as_table("return_visit", columns)


def survey_table(world: World) -> pa.Table:
    """At least 40 a station and month (in the last, unfinished month its part)."""
    rng = stream(world.seed, "survey")
    stations = len(PLACES)
    size = np.bincount(world.city.station, minlength=stations) / world.villages
    most = SURVEYS_AT_LEAST + rng.poisson(SURVEYS_BY_SIZE * size, (MONTH_COUNT, stations))
    share = month_share(np.arange(MONTH_COUNT))
    counts = np.ceil(most * world.factor * share[:, None]).astype(np.int64)
    month, station = (np.repeat(each.ravel(), counts.ravel()) for each in np.indices(counts.shape))
    days, village = pick_days_in_months(rng, month, HOME_WEEK), _of_station(world, rng, station)
    is_valid = rng.random(len(month)) < 0.965
    mood, place = rng.random(len(month)), whereabouts(world, rng, village, days)
    question = rng.integers(0, len(QUESTIONS), len(month))
    is_satisfied = mood < world.quality.chance("G", SATISFIED_SHARES[question], village, days)
    columns = {
        "id": record_ids("P", len(month)),
        **place,
        "asked_on": days,
        "question": words(QUESTIONS, question),
        "is_valid": is_valid,
        "is_satisfied": masked(is_satisfied, is_valid),
        "entered_at": entry_times(rng, at_minute(days, np.full(len(days), 1080))),
    }
    return as_table("survey_answer", columns)


def _of_station(world: World, rng: np.random.Generator, station: Whole) -> Whole:
    """A village of each given station, in proportion to its population."""
    order = np.argsort(world.city.station, kind="stable")
    edges = np.append(0.0, np.cumsum(world.city.population[order].astype(np.float64)))
    first = np.searchsorted(world.city.station[order], station)
    beyond = np.searchsorted(world.city.station[order], station, side="right")
    place = edges[first] + rng.random(len(station)) * (edges[beyond] - edges[first])
    row = np.clip(np.searchsorted(edges, place, side="right") - 1, first, beyond - 1)
    village: Whole = order[row]
    return village


def spot_check_table(world: World, visits: VisitLog) -> pa.Table:
    """The random ones of every village and month, and those aimed at it, in the order of days."""
    at_random = np.full((MONTH_COUNT, world.villages), SPOT_CHECKS_A_MONTH * world.density)
    parts = [
        _spot_checks(world, stream(world.seed, name), visits, counts)
        for name, counts in (("spot check", at_random), ("aimed check", _aimed(world)))
    ]
    table = pa.concat_tables(parts)
    table = table.take(pa.array(np.argsort(table["checked_on"].to_numpy(), kind="stable")))
    ids = record_ids("C", table.num_rows)
    place = table.column_names.index("id")
    return table.set_column(place, table.schema.field(place), ids).combine_chunks()


def _aimed(world: World) -> Whole:
    """Month × village: what an average village is checked beside, more where the work is weak."""
    size = np.sqrt(world.city.households / world.city.households.mean())
    share = month_share(np.arange(MONTH_COUNT))[:, None] * world.density
    wanted = AIMED_A_MONTH * share * size * world.quality.weakness()
    counts: Whole = stream(world.seed, "aim").poisson(wanted)
    return counts


def _spot_checks(
    world: World, rng: np.random.Generator, visits: VisitLog, counts: Whole
) -> pa.Table:
    """Each on a visit of the village in the month before. (In January 2016: of that month.)

    counts    month × village; the ids follow when all checks stand in one row
    """
    month, village = (np.repeat(each.ravel(), counts.ravel()) for each in np.indices(counts.shape))
    days = pick_days_in_months(rng, month)
    order = np.argsort(days, kind="stable")
    month, village, days = month[order], village[order], days[order]
    before = np.maximum(month - 1, 0)
    record, is_found = _checked_visits(rng, visits, world.villages, village, before)
    accuracy = world.quality.chance("E", 0.957, village, days)
    columns = {
        **whereabouts(world, rng, village, days, is_sure=np.ones(len(month), np.bool_)),
        "record": keep(numbered("V-", record + 1), is_found),
        "checked_on": days,
        "fields_sampled": np.full(len(month), FIELDS),
        "fields_correct": rng.binomial(FIELDS, accuracy),
        "entered_at": entry_times(rng, at_minute(days, np.full(len(days), 930))),
    }
    return as_table("spot_check", columns)


def _checked_visits(
    rng: np.random.Generator, visits: VisitLog, villages: int, village: Whole, month: Whole
) -> tuple[Whole, Mask]:
    """A random visit (by row) of each village and month, and whether there is one."""
    key = visits.month * villages + visits.village
    order = np.argsort(key, kind="stable")
    size = np.bincount(key, minlength=MONTH_COUNT * villages)
    wanted = month * villages + village
    first = (np.cumsum(size) - size)[wanted]
    place = first + np.floor(rng.random(len(village)) * size[wanted]).astype(np.int64)
    return order[np.minimum(place, len(order) - 1)], size[wanted] > 0
