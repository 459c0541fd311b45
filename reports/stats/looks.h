/*
 * Looking early without cheating: blocks are judged at 8, 12, 16 and 24, and the error is spent
 * over the looks.
 *
 * The share of alpha that may be spent up to a look follows the Lan-DeMets function of O'Brien and
 * Fleming's type, alpha(t) = 2 - 2 Phi(z_{1-alpha/2} / sqrt t), t = blocks / maximum. Each look
 * judges at its increment alpha(t_k) - alpha(t_{k-1}) with the exact signed-rank test; since the
 * increments add up to alpha, the chance of any false decision stays <= alpha whatever the
 * dependence between looks (Bonferroni). Intervals at that level are repeated intervals: all of
 * them together cover with 1 - alpha.
 * Sources: K. K. G. Lan, D. L. DeMets, Biometrika 70 (1983) 659; C. Jennison, B. W. Turnbull, Group
 * Sequential Methods (2000), chapters 7 and 9. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_LOOKS_H
#define ASSAY_REPORTS_STATS_LOOKS_H

#include <stdbool.h>
#include <stddef.h>

enum { LOOKS = 4 };
extern const size_t LOOK_BLOCKS[LOOKS]; /* 8 12 16 24 */

/* Which look `blocks` complete blocks are, up to a maximum of `most` blocks (the last look is
 * `most` itself when it is not in the list); false when it is none. */
bool look_at(size_t blocks, size_t most, size_t *look);
/* Blocks of the next look after `blocks`; most at the end. */
size_t look_next(size_t blocks, size_t most);
/* The level that look `look` judges at; over all looks of `most` they add up to alpha. */
double look_alpha(size_t look, size_t most, double alpha);

#endif
