"""Days and instants reckoned: later, only some of them, none after the end of the data."""

import numpy as np

from data.demo.arrays import Mask, Real, Times, Whole
from data.demo.days import LAST_DAY, LAST_INSTANT


def at_minute(days: Times, minutes: Real | Whole) -> Times:
    """The instant so many minutes after midnight of each day, without seconds."""
    whole = np.floor(minutes).astype(np.int64)
    instants: Times = days.astype("M8[D]").astype("M8[s]") + (whole * 60).astype("m8[s]")
    return instants


def plus_days(days: Times, count: Real | Whole) -> Times:
    result: Times = days.astype("M8[D]") + np.floor(count).astype(np.int64).astype("m8[D]")
    return result


def plus_minutes(instants: Times, minutes: Real | Whole) -> Times:
    result: Times = instants + (np.floor(minutes).astype(np.int64) * 60).astype("m8[s]")
    return result


def only(mask: Mask, times: Times) -> Times:
    """The times where the mask holds, else NaT."""
    return np.where(mask, times, np.datetime64("NaT")).astype(times.dtype)


def up_to_the_end(times: Times) -> Times:
    """What lies after the end of the data has not happened yet."""
    last = LAST_DAY if times.dtype == np.dtype("M8[D]") else LAST_INSTANT
    return only(times <= last, times)


def entry_times(rng: np.random.Generator, happened: Times) -> Times:
    """When a record was typed in: mostly the same day, some the next days, few after 72 hours."""
    count = len(happened)
    delay = 8 + rng.exponential(75, count)
    draw = rng.random(count)
    delay = np.where(draw < 0.06, 720 + rng.random(count) * 2400, delay)
    delay = np.where(draw < 0.01, 4400 + rng.random(count) * 5000, delay)
    entered = plus_minutes(happened.astype("M8[s]"), delay)
    room = (LAST_INSTANT - happened.astype("M8[s]")).astype(np.int64)
    squeezed = happened.astype("M8[s]") + (room * rng.random(count)).astype("m8[s]")
    return np.where(entered > LAST_INSTANT, squeezed, entered).astype("M8[s]")
