"""The stories planted in the demo city: what looks wrong and is, and what only looks so."""

from datetime import date

# All rates of these two move month by month from the start of 2018: into the lead, to the rear.
IMPROVING_STATION, DECLINING_STATION = "S13", "S04"
# 38 households, no case, dispute or hazard; its officer is seconded since March 2019.
SCANTY_VILLAGE = "V182"
# The visits of June and July 2019 were mostly typed in on the last two days of the month.
BURST_VILLAGE = "V076"
# Honest: a market at the end of the months May to July 2019 brings more visits, entered at once.
HONEST_MONTH_END_VILLAGE = "V118"
# Three neighbours with one theft on each of eight Friday nights of June and July 2019.
SERIES_STATION, SERIES_VILLAGES = "S02", ("V009", "V010", "V011")
SERIES_ID, SERIES_CASES = "CA-2019-01", 8
SERIES_TURNS = (0, 1, 2, 0, 1, 0, 2, 0)  # which of the three on each of the nights
# Honest: patrols and visits begin on the hour or half hour, as the shifts do.
ROUND_TIMES_VILLAGE = "V140"
# Honest: came from 铁山 to 红山, and was called otherwise; the codes stay.
MOVED_VILLAGE, MOVED_FROM_STATION, MOVED_ON = "V060", "S06", date(2018, 7, 1)
RENAMED_VILLAGE, FORMER_NAME, RENAMED_ON = "V120", "尹集老街村", date(2017, 6, 1)

STORY_VILLAGES = frozenset(
    (SCANTY_VILLAGE, BURST_VILLAGE, HONEST_MONTH_END_VILLAGE, *SERIES_VILLAGES)
) | {ROUND_TIMES_VILLAGE, MOVED_VILLAGE, RENAMED_VILLAGE}


def village_index(code: str) -> int:
    """The place of a village code in the city's arrays ('V001' is 0)."""
    return int(code[1:]) - 1


def station_index(code: str) -> int:
    return int(code[1:]) - 1
