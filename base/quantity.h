/*
 * Quantities with units as people write them: sizes, durations, rates, bandwidths, counts.
 *
 * Parsing is strict: the whole text must be one decimal number (no sign, exponent, 0x, inf or nan,
 * and no blank but before the unit) and one unit, a missing unit is refused (except for counts, and
 * 0), and the result must fit. MB is 10^6 bytes, MiB is 2^20.
 * On failure *out is untouched and e says what was found and what was expected.
 * Threads: pure functions.
 */
#ifndef ASSAY_BASE_QUANTITY_H
#define ASSAY_BASE_QUANTITY_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* What a measured number counts. A share is a part of a whole, 0 to 1; a ratio compares two. */
enum metric_unit {
    UNIT_COUNT,
    UNIT_SHARE,
    UNIT_RATIO,
    UNIT_BYTES,
    UNIT_PER_S,
    UNIT_BYTES_PER_S,
    UNIT_NS
};

/* "10 KB", "1.5MB", "64KiB", "200 B" -> bytes (kB KB MB GB, KiB MiB GiB, B). */
enum rc quantity_size(const char *text, int64_t *out_bytes, struct err *e) MUST_CHECK;
/* "5 ms", "1.5s", "200us", "10 min" -> nanoseconds (ns us ms s min h). */
enum rc quantity_duration(const char *text, int64_t *out_ns, struct err *e) MUST_CHECK;
/* "1000/s", "2.5k/s" -> events per second, > 0. */
enum rc quantity_rate(const char *text, double *out_per_s, struct err *e) MUST_CHECK;
/* "100Mbit", "1 Gbit", "20Mbit/s" -> bits per second (kbit Mbit Gbit). */
enum rc quantity_bandwidth(const char *text, int64_t *out_bit_per_s, struct err *e) MUST_CHECK;
/* "10000", "10k", "1M" -> a whole number >= 0. */
enum rc quantity_count(const char *text, int64_t *out, struct err *e) MUST_CHECK;
/* "8%", "0.5 %" -> a share, 0.08 and 0.005. */
enum rc quantity_percent(const char *text, double *out_share, struct err *e) MUST_CHECK;
/* A whole number in [lo, hi], no unit, sign allowed. */
enum rc quantity_int(const char *text, int64_t lo, int64_t hi, int64_t *out,
                     struct err *e) MUST_CHECK;

/* For people: "1.50 MB", "12.3 ms", "45.6 k". text must hold QUANTITY_TEXT bytes; returns text. */
enum { QUANTITY_TEXT = 32 };
char *quantity_format_size(int64_t bytes, char *text);
char *quantity_format_duration(int64_t ns, char *text);
/* How long something takes, for people who wait: "45 s", "12 min", "3 h 20 min"; below a second
 * "0.4 s". */
char *quantity_format_wait(int64_t ns, char *text);
char *quantity_format_count(double count, char *text);

#endif
