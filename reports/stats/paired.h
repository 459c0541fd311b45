/*
 * Paired comparisons: what n differences of blocks say, without assuming a distribution.
 *
 * A difference is d = ln(x_B / x_A) of one block for relative claims, or x_B - x_A in the metric's
 * unit for absolute ones. Estimate: the Hodges-Lehmann median of the n(n+1)/2 Walsh averages.
 * Interval and p: the exact signed-rank distribution of Wilcoxon. Zeros take part in the ranking
 * and lose their sign (Pratt); ties share mid-ranks and the distribution is the exact one of those
 * ranks. The interval ignores ties and is closed: it is never shorter than without them, and may
 * touch 0 where p is just below alpha. Beyond SIGNED_RANK_EXACT (100) differences both come from
 * the normal approximation (reports/stats/signed_rank.h).
 * Sources: J. L. Hodges, E. L. Lehmann, Ann. Math. Statist. 34 (1963) 598; F. Wilcoxon, Biometrics
 * Bulletin 1 (1945) 80; J. W. Pratt, JASA 54 (1959) 655; G. E. Noether, JASA 62 (1967) 184.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_PAIRED_H
#define ASSAY_REPORTS_STATS_PAIRED_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { PAIRED_MAX = 1000 };

struct paired {
    size_t n;          /* differences, zeros included */
    size_t zeros;      /* of these */
    double estimate;   /* Hodges-Lehmann; NAN when n == 0 */
    double lo, hi;     /* interval at the level asked for; -INFINITY and INFINITY when n is too
                          small for that level */
    double confidence; /* really covered by lo..hi, >= 1 - alpha; 0 when unbounded */
    double p;          /* two-sided, of the null hypothesis "no difference"; 1 when n == 0 */
};

/* RC_INPUT: more than PAIRED_MAX differences, one that is not finite, alpha outside (0, 1).
 * RC_INFRA: no memory. */
enum rc paired_judge(const double *d, size_t n, double alpha, struct paired *out,
                     struct err *e) MUST_CHECK;

/* One-sided p of "the typical difference is >= edge" (greater false: <= edge), so that a small p
 * says it lies below (above). Exact, as above. */
enum rc paired_p_beyond(const double *d, size_t n, double edge, bool greater, double *p,
                        struct err *e) MUST_CHECK;

/* Stretches the interval about the estimate by a factor >= 1, where differences are not strangers
 * to each other, with the p that agrees; and the edge whose p (paired_p_beyond) agrees with it. d
 * are the differences that p was judged from. */
enum rc paired_stretch(const double *d, double by, struct paired *p, struct err *e) MUST_CHECK;
double paired_stretched_edge(const struct paired *p, double edge, double by);

/* Fewest blocks with which m comparisons can be judged at alpha: max(6, ceil(1 + log2(m/alpha))):
 * the smallest two-sided p of n signs is 2^(1-n). */
size_t paired_blocks_needed(size_t comparisons, double alpha);

/* Minimum detectable effect: the true difference (same scale as d) that n blocks find with 80 %
 * power at two-sided alpha: of normal noise the exact critical value against the moments of W under
 * a shift (reports/stats/power.h; the short formula with the efficiency 3/pi promises up to twice
 * too much below 20 blocks); of the noise at hand, where sigma is paired_spread
 * (reports/stats/resample.h). NAN when sigma is unknown or n blocks can find nothing at alpha. */
double paired_detectable(double sigma, size_t n, double alpha);

/* Blocks that would put the whole interval on one side of edge, were the truth `estimate`, with
 * 80 % power, counting those there are; more than r->n when lo..hi holds edge. At most PAIRED_MAX,
 * and PAIRED_MAX + 1 when even that does not suffice or nothing is known of the spread. */
size_t paired_blocks_to_decide(const struct paired *r, double sigma, double edge, double alpha);

/* Holm's step-down adjustment, in place; order is kept; a NAN is no p and stays. Source: S. Holm,
 * Scand. J. Statist. 6 (1979) 65. */
void holm_adjust(double *p, size_t n);

#endif
