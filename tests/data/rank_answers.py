#!/usr/bin/env python3
"""Writes the known answers of tests/unit/reports/stats/test_{signed_rank,paired,rank_sum,unpaired}.c.

Needs scipy. Nothing here shares code or method with the C side: p-values without ties come from
scipy's exact distributions, those with ties or zeros from listing every assignment of signs (or
every choice of the second sample), intervals from trying every candidate shift.
Usage: rank_answers.py, in the folder of the tables.
"""
import itertools
import random
from fractions import Fraction

import numpy
import scipy
from scipy import stats

HEAD = f"# Made by rank_answers.py with scipy {scipy.__version__}, numpy {numpy.__version__}"


def number(x):
    return repr(float(x))


def listed(values):
    return ",".join(number(v) for v in values)


def midranks(values):
    """Ranks by counting, not by sorting: half a place for every equal, itself included."""
    return [sum(w < v for w in values) + Fraction(1 + sum(w == v for w in values), 2) for v in values]


def sign_flips(d):
    """p two-sided, lower, upper of Pratt's signed-rank test, from all sign flips."""
    ranks = [r for r, v in zip(midranks([abs(v) for v in d]), d) if v != 0]
    seen = sum(r for r, v in zip(midranks([abs(v) for v in d]), d) if v > 0)
    sums = [sum(c) for c in itertools.product(*[(0, r) for r in ranks])]
    lower = sum(s <= seen for s in sums) / len(sums)
    upper = sum(s >= seen for s in sums) / len(sums)
    return min(1, 2 * min(lower, upper)), lower, upper


def scipy_flips(d):
    """The two-sided one from scipy."""
    method = stats.PermutationMethod(n_resamples=10**9)
    return stats.wilcoxon(d, zero_method="pratt", method=method).pvalue


def interval(values, cdf, alpha):
    """Shifts that the exact untied test does not reject: every pairwise value is tried, and a point
    between each two. cdf: P(statistic <= k), k counted from 0."""
    edges = sorted(set(values))
    between = [(a + b) / 2 for a, b in zip(edges, edges[1:])]
    tries = sorted([edges[0] - 1, edges[-1] + 1] + edges + between)

    def kept(t):
        count = min(sum(v <= t for v in values), sum(v >= t for v in values))
        return 2 * cdf(count) > alpha

    if kept(tries[0]):
        return -numpy.inf, numpy.inf, 0
    inside = [t for t in tries if kept(t)]
    rejected = max(k for k in range(len(values)) if 2 * cdf(k) <= alpha)
    return inside[0], inside[-1], 1 - 2 * cdf(rejected)


def signed_rank_cdf(n, k, cache={}):
    """P(W <= k): the number of subsets of 1..n by sum, in whole numbers."""
    if n not in cache:
        counts = [1]
        for rank in range(1, n + 1):
            counts = [a + b for a, b in zip(counts + [0] * rank, [0] * rank + counts)]
        cache[n] = numpy.cumsum(numpy.array(counts, dtype=object))
    return float(Fraction(int(cache[n][k]), 2**n))


def paired_rows(rng):
    for n in list(range(1, 31)) + [40, 50]:
        d = [round(rng.gauss(0.4, 1), 6) for _ in range(n)]
        exact = [stats.wilcoxon(d, alternative=a, method="exact").pvalue
                 for a in ("two-sided", "less", "greater")]
        yield "exact", 0.05, d, exact
    for n in range(2, 15):
        for shape in range(4):
            d = [tied(rng, shape) for _ in range(n)]
            p = sign_flips(d)
            if n <= 12 and any(d):
                assert abs(p[0] - scipy_flips(d)) < 1e-12, d
            yield "flips", rng.choice([0.05, 0.1, 0.2]), d, p
    for n in (120, 250, 400):
        for shape in (None, 0):
            d = [round(rng.gauss(0.1, 1), 6) if shape is None else tied(rng, shape) for _ in range(n)]
            p = [stats.wilcoxon(d, alternative=a, zero_method="pratt", correction=True,
                                method="asymptotic").pvalue for a in ("two-sided", "less", "greater")]
            yield "normal", 0.05, d, p


def tied(rng, shape):
    if shape == 0:
        return float(rng.randint(-2, 3))
    if shape == 1:
        return float(rng.choice([0, 0, 1, 1, 1, -1]))
    if shape == 2:
        return rng.choice([-0.5, 0.25, 0.5, 1.75, rng.randint(-4, 8) / 8])
    return float(rng.choice([0, 0, 0, 0, -1, 2]))


def write_paired(rng):
    with open("paired_answers.tsv", "w") as out:
        print(HEAD, file=out)
        print("# exact, normal: p of scipy.stats.wilcoxon(method=exact; asymptotic with pratt and "
              "correction); flips: all sign flips listed", file=out)
        print("# lo, hi: all shifts tried, distribution in whole numbers (without ties); nan: not "
              "checked", file=out)
        print("# method\talpha\tp_two_sided\tp_less\tp_greater\testimate\tlo\thi\tconfidence\tdifferences",
              file=out)
        for method, alpha, d, p in paired_rows(rng):
            walsh = [(a + b) / 2 for i, a in enumerate(d) for b in d[i:]]
            ends = (numpy.nan,) * 3
            if len(d) <= 30:
                ends = interval(walsh, lambda k: signed_rank_cdf(len(d), k), alpha)
            fields = [alpha, *p, numpy.median(walsh), *ends]
            print(method, *map(number, fields), listed(d), sep="\t", file=out)


def all_choices(x, y):
    ranks = midranks(x + y)
    seen = sum(ranks[len(x):])
    sums = [sum(c) for c in itertools.combinations(ranks, len(y))]
    lower = sum(s <= seen for s in sums) / len(sums)
    upper = sum(s >= seen for s in sums) / len(sums)
    return min(1, 2 * min(lower, upper))


def rank_sum_cdf(m, n, cache={}):
    """Distribution of U in whole numbers, from the generating function's recurrence."""
    def count(m, n, u):
        if u < 0:
            return 0
        if m == 0 or n == 0:
            return int(u == 0)
        if (m, n, u) not in cache:
            cache[m, n, u] = count(m - 1, n, u - n) + count(m, n - 1, u)
        return cache[m, n, u]
    counts = [count(m, n, u) for u in range(m * n + 1)]
    return [float(Fraction(c, sum(counts))) for c in itertools.accumulate(counts)]


def unpaired_rows(rng):
    for m, n in [(1, 1), (1, 5), (2, 9), (3, 3), (4, 4), (5, 8), (6, 6), (8, 12), (12, 8), (15, 15),
                 (20, 10), (12, 24), (24, 24), (30, 30), (1, 59)]:
        x = [round(rng.gauss(0, 1), 6) for _ in range(m)]
        y = [round(rng.gauss(0.7, 1), 6) for _ in range(n)]
        yield "exact", 0.05, x, y, stats.mannwhitneyu(y, x, method="exact").pvalue
    for m, n in [(1, 4), (2, 3), (3, 5), (4, 4), (6, 4), (6, 6), (5, 9), (7, 7), (8, 6), (3, 12)]:
        for shape in range(4):
            x = [tied(rng, shape) for _ in range(m)]
            y = [tied(rng, shape) + rng.choice([0, 1]) for _ in range(n)]
            yield "choices", rng.choice([0.05, 0.1]), x, y, all_choices(x, y)
    for m, n in [(31, 30), (100, 40), (12, 100), (200, 200)]:
        for shape in (None, 0):
            x = [round(rng.gauss(0, 1), 6) if shape is None else tied(rng, shape) for _ in range(m)]
            y = [round(rng.gauss(0.3, 1), 6) if shape is None else tied(rng, shape) for _ in range(n)]
            yield "normal", 0.05, x, y, stats.mannwhitneyu(y, x, method="asymptotic").pvalue


def write_unpaired(rng):
    with open("unpaired_answers.tsv", "w") as out:
        print(HEAD, file=out)
        print("# exact, normal: p of scipy.stats.mannwhitneyu(method=exact; asymptotic); choices: "
              "every choice of the second sample listed", file=out)
        print("# lo, hi: all shifts tried, distribution of U in whole numbers (without ties); nan: "
              "not checked", file=out)
        print("# method\talpha\tp\testimate\tlo\thi\tconfidence\tx\ty", file=out)
        for method, alpha, x, y, p in unpaired_rows(rng):
            differences = [b - a for a in x for b in y]
            ends = (numpy.nan,) * 3
            if len(x + y) <= 40:
                cdf = rank_sum_cdf(len(x), len(y))
                ends = interval(differences, lambda k: cdf[k], alpha)
            fields = [alpha, p, numpy.median(differences), *ends]
            print(method, *map(number, fields), listed(x), listed(y), sep="\t", file=out)


write_paired(random.Random(1945))
write_unpaired(random.Random(1947))
