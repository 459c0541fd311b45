#define _GNU_SOURCE
#include "base/quantity.h"

#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    double factor;
};

static const struct unit SIZE_UNITS[] = {
    {"B", 1},        {"kB", 1e3},        {"KB", 1e3},           {"MB", 1e6}, {"GB", 1e9},
    {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {NULL, 0},
};
static const struct unit DURATION_UNITS[] = {
    {"ns", 1},       {"us", NS_PER_US},        {"ms", NS_PER_MS},
    {"s", NS_PER_S}, {"min", 60.0 * NS_PER_S}, {"h", 3600.0 * NS_PER_S},
    {NULL, 0},
};
static const struct unit RATE_UNITS[] = {{"/s", 1}, {"k/s", 1e3}, {"M/s", 1e6}, {NULL, 0}};
static const struct unit BANDWIDTH_UNITS[] = {
    {"kbit", 1e3},   {"Mbit", 1e6},   {"Gbit", 1e9}, {"kbit/s", 1e3},
    {"Mbit/s", 1e6}, {"Gbit/s", 1e9}, {NULL, 0},
};
static const struct unit PERCENT_UNITS[] = {{"%", 0.01}, {NULL, 0}};
static const struct unit COUNT_UNITS[] = {{"", 1}, {"k", 1e3}, {"M", 1e6}, {NULL, 0}};

struct kind {
    const char *what;    /* for messages */
    const char *example; /* what is expected */
    const struct unit *units;
};

static const struct kind SIZE = {"a size", "10 KB, 1.5 MB or 64 KiB", SIZE_UNITS};
static const struct kind DURATION = {"a duration", "5 ms, 1.5 s or 10 min", DURATION_UNITS};
static const struct kind RATE = {"a rate", "1000/s or 2.5k/s", RATE_UNITS};
static const struct kind BANDWIDTH = {"a bandwidth", "100Mbit or 1Gbit", BANDWIDTH_UNITS};
static const struct kind PERCENT = {"a percentage", "8% or 0.5%", PERCENT_UNITS};
static const struct kind COUNT = {"a count", "10000, 10k or 1M", COUNT_UNITS};

/* Plain decimal digits with at most one point; no sign, exponent, hex, inf or nan. */
static size_t number_length(const char *text)
{
    size_t digits = 0;
    size_t i = 0;
    bool point = false;
    for (;; i++) {
        if (isdigit((unsigned char)text[i]))
            digits++;
        else if (text[i] == '.' && !point && digits > 0)
            point = true;
        else
            break;
    }
    return digits > 0 && text[i - 1] != '.' ? i : 0;
}

static enum rc parse(const struct kind *kind, const char *text, double *out, struct err *e)
{
    size_t length = number_length(text);
    if (length == 0 || length > 40)
        return err_set(e, RC_INPUT, "\"%.60s\" is not %s; write for example %s", text, kind->what,
                       kind->example);
    char digits[48];
    memcpy(digits, text, length);
    digits[length] = '\0';
    double value = strtod(digits, NULL);
    const char *unit = text + length;
    while (*unit == ' ')
        unit++;
    if (*unit == '\0' && value == 0) {
        *out = 0;
        return RC_OK;
    }
    for (const struct unit *u = kind->units; u->name != NULL; u++) {
        if (strcmp(u->name, unit) != 0)
            continue;
        *out = value * u->factor;
        return RC_OK;
    }
    if (*unit == '\0')
        return err_set(e, RC_INPUT, "\"%.60s\" has no unit; write for example %s", text,
                       kind->example);
    return err_set(e, RC_INPUT, "\"%.60s\": unknown unit \"%.20s\"; write for example %s", text,
                   unit, kind->example);
}

static enum rc parse_whole(const struct kind *kind, const char *text, int64_t *out, struct err *e)
{
    const double largest = 9.0e18;
    double value = 0;
    enum rc rc = parse(kind, text, &value, e);
    if (rc != RC_OK)
        return rc;
    if (value > largest)
        return err_set(e, RC_INPUT, "\"%.60s\" is too large for %s", text, kind->what);
    if (fabs(value - nearbyint(value)) > 1e-6)
        return err_set(e, RC_INPUT, "\"%.60s\" is not a whole number of its smallest unit", text);
    *out = (int64_t)nearbyint(value);
    return RC_OK;
}

enum rc quantity_size(const char *text, int64_t *out_bytes, struct err *e)
{
    return parse_whole(&SIZE, text, out_bytes, e);
}

enum rc quantity_duration(const char *text, int64_t *out_ns, struct err *e)
{
    return parse_whole(&DURATION, text, out_ns, e);
}

enum rc quantity_bandwidth(const char *text, int64_t *out_bit_per_s, struct err *e)
{
    return parse_whole(&BANDWIDTH, text, out_bit_per_s, e);
}

enum rc quantity_count(const char *text, int64_t *out, struct err *e)
{
    return parse_whole(&COUNT, text, out, e);
}

enum rc quantity_percent(const char *text, double *out_share, struct err *e)
{
    return parse(&PERCENT, text, out_share, e);
}

enum rc quantity_rate(const char *text, double *out_per_s, struct err *e)
{
    double value = 0;
    enum rc rc = parse(&RATE, text, &value, e);
    if (rc != RC_OK)
        return rc;
    if (!(value > 0))
        return err_set(e, RC_INPUT, "\"%.60s\": a rate must be above 0", text);
    *out_per_s = value;
    return RC_OK;
}

enum rc quantity_int(const char *text, int64_t lo, int64_t hi, int64_t *out, struct err *e)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    bool plain =
        isdigit((unsigned char)text[0]) || (text[0] == '-' && isdigit((unsigned char)text[1]));
    if (!plain || *end != '\0' || errno != 0)
        return err_set(e, RC_INPUT, "\"%.60s\" is not a whole number", text);
    if (value < lo || value > hi)
        return err_set(e, RC_INPUT, "%lld is out of range; it must be from %lld to %lld", value,
                       (long long)lo, (long long)hi);
    *out = value;
    return RC_OK;
}

struct scale {
    double at_least;
    double divisor;
    const char *suffix;
};

static char *format_scaled(double value, const struct scale *scale, char *text)
{
    while (scale->at_least > 0 && fabs(value) < scale->at_least)
        scale++;
    double shown = value / scale->divisor;
    int decimals = fabs(shown) >= 99.95 ? 0 : fabs(shown) >= 9.995 ? 1 : 2;
    if (scale->divisor <= 1 && shown == nearbyint(shown))
        decimals = 0;
    (void)snprintf(text, QUANTITY_TEXT, "%.*f%s", decimals, shown, scale->suffix);
    return text;
}

char *quantity_format_size(int64_t bytes, char *text)
{
    static const struct scale scales[] = {
        {1e9, 1e9, " GB"}, {1e6, 1e6, " MB"}, {1e3, 1e3, " KB"}, {0, 1, " B"}};
    return format_scaled((double)bytes, scales, text);
}

char *quantity_format_duration(int64_t ns, char *text)
{
    static const struct scale scales[] = {{NS_PER_S, NS_PER_S, " s"},
                                          {NS_PER_MS, NS_PER_MS, " ms"},
                                          {NS_PER_US, NS_PER_US, " us"},
                                          {0, 1, " ns"}};
    return format_scaled((double)ns, scales, text);
}

char *quantity_format_wait(int64_t ns, char *text)
{
    enum { PER = 60, SHOW_MINUTES_FROM_S = 120, SHOW_HOURS_FROM_MIN = 120 };
    long long s = (long long)((ns + NS_PER_S / 2) / NS_PER_S);
    long long minutes = (s + PER / 2) / PER;
    if (ns < NS_PER_S)
        (void)snprintf(text, QUANTITY_TEXT, "%.1f s", (double)ns / NS_PER_S);
    else if (s < SHOW_MINUTES_FROM_S)
        (void)snprintf(text, QUANTITY_TEXT, "%lld s", s);
    else if (minutes < SHOW_HOURS_FROM_MIN)
        (void)snprintf(text, QUANTITY_TEXT, "%lld min", minutes);
    else if (minutes % PER == 0)
        (void)snprintf(text, QUANTITY_TEXT, "%lld h", minutes / PER);
    else
        (void)snprintf(text, QUANTITY_TEXT, "%lld h %lld min", minutes / PER, minutes % PER);
    return text;
}

char *quantity_format_count(double count, char *text)
{
    static const struct scale scales[] = {
        {1e9, 1e9, " G"}, {1e6, 1e6, " M"}, {1e4, 1e3, " k"}, {0, 1, ""}};
    return format_scaled(count, scales, text);
}
