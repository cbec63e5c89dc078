"""Wilson's interval of one proportion in plain numbers.

A command that shows some figures need not load NumPy, which takes longer than all of them. The
formula in the same steps as in metrics/statistics/intervals.py: equal to the last bit.
"""

from math import sqrt

Z = 1.959963984540054  # the quantile of 95 %


def wilson_limits(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a proportion, as (lower, upper) in [0, 1].

    0 <= numerator <= denominator and denominator > 0, anything else raises ValueError.
    Wilson 1927, JASA 22:209.
    """
    if not (0 <= numerator <= denominator and denominator > 0):
        raise ValueError(f"no proportion: {numerator} of {denominator}")
    x, n = float(numerator), float(denominator)
    share = x / n
    spread = Z * sqrt(Z**2 + 4 * x * (1 - share))
    low, high = (2 * x + Z**2 - spread), (2 * x + Z**2 + spread)
    scale = 2 * (n + Z**2)
    # At 0 of n and n of n rounding would leave the share itself just outside.
    return min(max(low / scale, 0.0), share), max(min(high / scale, 1.0), share)
