#!/usr/bin/env python3
"""Writes normal_answers.tsv, looks_answers.tsv and holm_answers.tsv.

Needs scipy and statsmodels. Usage: level_answers.py, in the folder of the tables.
"""
import random

import scipy
import statsmodels
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

VERSIONS = f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}"


def listed(values):
    return ",".join(repr(float(v)) for v in values)


with open("normal_answers.tsv", "w") as out:
    print(f"# z with P(Z > z) = tail: scipy.stats.norm.isf. Made by level_answers.py with {VERSIONS}", file=out)
    print("# tail\tz", file=out)
    for tail in [1e-300, 1e-100, 1e-20, 1e-9, 1e-5, 0.0005, 0.001, 0.005, 0.01, 0.0125, 0.025, 0.05,
                 0.1, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 0.95, 0.975, 0.999, 1 - 1e-9]:
        print(repr(tail), repr(float(norm.isf(tail))), sep="\t", file=out)

with open("looks_answers.tsv", "w") as out:
    print("# What may be spent up to each look: 2 - 2 Phi(z_{1-alpha/2} / sqrt(blocks / most)), Phi of "
          "scipy.stats.norm", file=out)
    print(f"# Made by level_answers.py with {VERSIONS}", file=out)
    print("# most\talpha\tblocks\tspent", file=out)
    for most, blocks in [(24, [8, 12, 16, 24]), (16, [8, 12, 16]), (12, [8, 12]), (8, [8]), (6, [6]),
                         (20, [8, 12, 16, 20]), (40, [8, 12, 16, 24, 40]), (13, [8, 12, 13])]:
        for alpha in (0.05, 0.01, 0.05 / 36, 0.2):
            spent = [2 * norm.sf(norm.isf(alpha / 2) / (b / most) ** 0.5) for b in blocks]
            print(most, repr(alpha), ",".join(map(str, blocks)), listed(spent), sep="\t", file=out)

with open("holm_answers.tsv", "w") as out:
    print(f"# statsmodels multipletests(method='holm'). Made by level_answers.py with {VERSIONS}", file=out)
    print("# p\tadjusted", file=out)
    rng = random.Random(1979)
    families = [[0.03], [1.0, 1.0], [0.01, 0.04, 0.03, 0.005], [0.02, 0.02, 0.02], [0.5, 0.0, 0.5, 1e-12]]
    families += [[round(rng.random() ** 3, 6) for _ in range(m)] for m in (2, 5, 8, 17, 36)]
    families += [[rng.choice([0.001, 0.004, 0.03, 0.25]) for _ in range(12)]]
    for p in families:
        print(listed(p), listed(multipletests(p, method="holm")[1]), sep="\t", file=out)
