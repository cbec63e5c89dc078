"""Numbers of declared files as exact fractions."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator


def _exact(value: object) -> object:
    """0.95, 95 or "2/3" as an exact fraction."""
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return Fraction(value)
    return value


Exact = Annotated[Fraction, BeforeValidator(_exact)]
