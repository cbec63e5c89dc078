"""Exact two-sided tests of a change: could chance alone have done it?

Two counts with their exposures are compared by the conditional test: given their sum, the first is
binomial. Two proportions are compared by Fisher's exact test, with Newcombe's interval of the
difference.
"""

from dataclasses import dataclass
from math import inf, nan, sqrt

from scipy import special
from scipy.stats import fisher_exact

from metrics.statistics.dispersion import Dispersion, scaled_p, widening
from metrics.statistics.intervals import wilson_interval

ALPHA = 0.05


@dataclass(frozen=True)
class Tested:
    """What a test says.

    p_value        two-sided
    lower, upper   95 % interval of the ratio of rates, or of the difference of proportions
    """

    p_value: float
    lower: float
    upper: float

    @property
    def is_real(self) -> bool:
        """More than chance would do in one of twenty comparisons."""
        return self.p_value < ALPHA


def ratio_of_rates(count: int, exposure: float, base: int, base_exposure: float) -> Tested:
    """Exact test and interval of (count ÷ exposure) ÷ (base ÷ base_exposure).

    count, base   events, >= 0;   exposure, base_exposure   > 0, else ValueError
    Without any event p is 1 and the interval unknown (nan). The p-value is twice the smaller tail,
    so that it is below 5 % exactly where the 95 % interval leaves out 1.
    Przyborowski and Wilenski 1940, Biometrika 31:313; Fay 2010, R Journal 2(1):53 (central).
    """
    if exposure <= 0 or base_exposure <= 0:
        raise ValueError(f"an exposure must be positive, got {exposure} and {base_exposure}")
    total = count + base
    if not total:
        return Tested(1.0, nan, nan)
    share = exposure / (exposure + base_exposure)
    at_most = float(special.bdtr(count, total, share))
    at_least = float(special.bdtrc(count - 1, total, share)) if count else 1.0
    tail = (1 - 0.95) / 2
    low = float(special.betaincinv(count, base + 1, tail)) if count else 0.0
    high = float(special.betaincinv(count + 1, base, 1 - tail)) if base else 1.0
    scale = base_exposure / exposure
    return Tested(min(1.0, 2 * min(at_most, at_least)), _odds(low) * scale, _odds(high) * scale)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else inf


def least_p_value(total: int, exposure: float, base_exposure: float) -> float:
    """The smallest p-value that so many events could give, however they fall on the two spans."""
    share = exposure / (exposure + base_exposure)
    return min(1.0, 2 * min(share, 1 - share) ** total)


def difference_of_proportions(part: int, whole: int, base_part: int, base_whole: int) -> Tested:
    """Fisher's exact test, and Newcombe's interval of part ÷ whole − base_part ÷ base_whole.

    0 <= part <= whole and whole > 0 in both, else ValueError
    Fisher's test is conservative: where the two disagree at the edge, the test decides.
    Newcombe 1998, Statistics in Medicine 17:873, method 10.
    """
    if whole <= 0 or base_whole <= 0:
        raise ValueError(f"a proportion needs a denominator, got {whole} and {base_whole}")
    low, high = (float(limit) for limit in wilson_interval(part, whole))
    base_low, base_high = (float(limit) for limit in wilson_interval(base_part, base_whole))
    share, base_share = part / whole, base_part / base_whole
    difference = share - base_share
    table = [[part, whole - part], [base_part, base_whole - base_part]]
    return Tested(
        float(fisher_exact(table).pvalue),
        difference - sqrt((share - low) ** 2 + (base_high - base_share) ** 2),
        difference + sqrt((high - share) ** 2 + (base_share - base_low) ** 2),
    )


def z_of_rates(count: int, exposure: float, base: int, base_exposure: float) -> float:
    """Standard errors of counting between two rates: the normal shape of `ratio_of_rates`."""
    total, share = count + base, exposure / (exposure + base_exposure)
    return (count - total * share) / sqrt(total * share * (1 - share)) if total else 0.0


def z_of_proportions(part: int, whole: int, base_part: int, base_whole: int) -> float:
    """The same of two proportions, pooled; 0 where all or none of both are in."""
    pooled = (part + base_part) / (whole + base_whole)
    variance = pooled * (1 - pooled) * (1 / whole + 1 / base_whole)
    return (part / whole - base_part / base_whole) / sqrt(variance) if variance > 0 else 0.0


def scaled_difference(tested: Tested, z: float, by: Dispersion) -> Tested:
    """A test of a difference of proportions, by the series' own spread where that is larger."""
    if by.phi <= 1:
        return tested
    middle, stretch = (tested.lower + tested.upper) / 2, widening(by)
    return Tested(
        max(tested.p_value, scaled_p(z, by)),
        max(-1.0, middle - (middle - tested.lower) * stretch),
        min(1.0, middle + (tested.upper - middle) * stretch),
    )


def scaled_ratio(tested: Tested, z: float, by: Dispersion) -> Tested:
    """The same of a ratio of rates, whose interval is stretched as a factor."""
    if by.phi <= 1:
        return tested
    low, high, stretch = tested.lower, tested.upper, widening(by)
    if low > 0 and high < inf:
        middle = sqrt(low * high)
        low, high = middle * (low / middle) ** stretch, middle * (high / middle) ** stretch
    return Tested(max(tested.p_value, scaled_p(z, by)), low, high)
