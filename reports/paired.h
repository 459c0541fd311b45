/*
 * Paired comparisons: what n differences of blocks say, without assuming a distribution.
 *
 * A difference is d = ln(x_B / x_A) of one block for relative claims, or x_B - x_A in the metric's
 * unit for absolute ones. Estimate: the Hodges-Lehmann median of the n(n+1)/2 Walsh averages.
 * Interval and p: the exact signed-rank distribution of Wilcoxon. Zeros take part in the ranking
 * and lose their sign (Pratt); ties share mid-ranks and the distribution is the exact one of those
 * ranks. With ties or zeros the interval is never shorter than the one without.
 * Sources: J. L. Hodges, E. L. Lehmann, Ann. Math. Statist. 34 (1963) 598; F. Wilcoxon, Biometrics
 * Bulletin 1 (1945) 80; J. W. Pratt, JASA 54 (1959) 655.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_PAIRED_H
#define ASSAY_REPORTS_PAIRED_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { PAIRED_MAX = 1000 };

struct paired {
    size_t n;          /* differences, zeros included */
    size_t zeros;      /* of these */
    double estimate;   /* Hodges-Lehmann; NOT_MEASURED's place is taken by n == 0 */
    double lo, hi;     /* interval at the level asked for; -INFINITY and INFINITY when n is too
                          small for that level */
    double confidence; /* really covered by lo..hi, >= 1 - alpha; 0 when unbounded */
    double p;          /* two-sided, of the null hypothesis "no difference" */
    double sigma;      /* spread of one difference: robust (MAD x 1.4826, or the standard deviation
                          where more than half are equal); for paired_detectable */
};

/* RC_INPUT: more than PAIRED_MAX differences, one that is not finite, alpha outside (0, 1). */
enum rc paired_judge(const double *d, size_t n, double alpha, struct paired *out,
                     struct err *e) MUST_CHECK;

/* One-sided p of "the typical difference is >= edge" (greater false: <= edge), so that a small p
 * says it lies below (above). Exact, as above. */
enum rc paired_p_beyond(const double *d, size_t n, double edge, bool greater, double *p,
                        struct err *e) MUST_CHECK;

/* Fewest blocks with which m comparisons can be judged at alpha: max(6, ceil(1 + log2(m/alpha))):
 * the smallest two-sided p of n signs is 2^(1-n). */
size_t paired_blocks_needed(size_t comparisons, double alpha);

/* Minimum detectable effect: the true difference (same scale as d) that n blocks find with 80 %
 * power at two-sided alpha, normal approximation with the signed-rank efficiency 3/pi.
 * Source: E. L. Lehmann, Nonparametrics (1975), chapter 4. NAN when n < 2 or sigma unknown. */
double paired_detectable(double sigma, size_t n, double alpha);

/* Blocks that would put the whole interval on one side of edge, were the truth `estimate`, with
 * 80 % power; at most PAIRED_MAX, and PAIRED_MAX + 1 when even that does not suffice. */
size_t paired_blocks_to_decide(const struct paired *r, double edge, double alpha);

/* Holm's step-down adjustment, in place; order is kept. Source: S. Holm, Scand. J. Statist. 6
 * (1979) 65. */
void holm_adjust(double *p, size_t n);

#endif
