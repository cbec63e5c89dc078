"""The demo city: simulated registers and records that reproduce the figures of the 2019 report."""

import pyarrow as pa

from data.demo.cases import case_table
from data.demo.checks import return_visit_table, spot_check_table, survey_table, task_table
from data.demo.city import build_city
from data.demo.duty import build_duty, duty_table
from data.demo.falsified import falsified
from data.demo.incidents import dispute_table, hazard_table, merit_table
from data.demo.patrols import patrol_table
from data.demo.quality import build_quality
from data.demo.registers import register_tables
from data.demo.visits import visit_table
from data.demo.world import World

__all__ = ["demo_tables"]


def demo_tables(seed: int = 2019, scale: int = 1, density: int = 1) -> dict[str, pa.Table]:
    """Every table of data.schema, 1 January 2016 to 19 August 2019; the same seed, the same city.

    scale     multiplies the villages (and so the records)
    density   multiplies the records of each village; due days, one per officer, stay as they are
    """
    if scale < 1 or density < 1:
        raise ValueError(f"scale and density must be 1 or more, got {scale} and {density}")
    city = build_city(seed, scale)
    world = World(seed, density, city, build_quality(seed, city))
    duty = build_duty(world)
    visits, visit_log = visit_table(world, duty)
    honest = {
        **register_tables(city, seed),
        "visit": visits,
        "return_visit": return_visit_table(world),
        "patrol": patrol_table(world, duty),
        "dispute": dispute_table(world),
        "case": case_table(world),
        "hazard": hazard_table(world),
        "task": task_table(world),
        "survey_answer": survey_table(world),
        "spot_check": spot_check_table(world, visit_log),
        "merit": merit_table(world),
        "duty_day": duty_table(world, duty),
    }
    return falsified(seed, honest)
