/*
 * Trials that follow each other are alike: how much less n of them say than n strangers would.
 *
 * A difference within a block has lost what the machine's state gave to both arms; the level of one
 * arm has not, and an interval that takes its trials for strangers misses the truth in 13, 22 and
 * 51 of 100 cases where neighbours correlate by 0.3, 0.5 and 0.8. So the correlation is measured
 * and the interval widened by the square root of (1 + r) / (1 - r). The estimate of r from n values
 * in a row is too low by (1 + 4r)/n, which is given back, and as uncertain as 1/sqrt(n), of which
 * three quarters are added on the safe side. Sources: M. H. Quenouille, Biometrika 43 (1956) 353;
 * F. H. C. Marriott, J. A. Pope, Biometrika 41 (1954) 390. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_SERIAL_H
#define ASSAY_REPORTS_STATS_SERIAL_H

#include <stddef.h>

/* Up to this correlation a widened interval covers at least 93 %; beyond, it may not. */
extern const double SERIAL_TRUSTED;

/* Of neighbours in a row of n values, freed of its bias; 0 where n < 6 or all are alike. */
double serial_correlation(const double *values, size_t n);
/* By how much an interval of n values of that correlation is widened, 1 or more. */
double serial_widening(double correlation, size_t n);

#endif
