/*
 * Weather in bulk: hourly surface observations of airports, one CSV row a record.
 *
 * Modelled on NOAA ASOS observations of New York's airports in 2013 (weather.csv of the R package
 * nycflights13, CC0): a station's year, then the next station's. Columns: origin, year, month, day,
 * hour (local, UTC-5), temp and dewp (degrees F, measured in whole F, exchanged in tenths of C),
 * humid (%), wind_dir (tens of degrees), wind_speed and wind_gust (knots as mph), precip (inches),
 * pressure (hPa), visib (miles), time_hour (UTC). Humidity follows from temperature and dew point:
 * Magnus formula, Alduchov & Eskridge 1996, 17.625 and 243.04 degrees C.
 */
#define _GNU_SOURCE
#include "bench/payload/generators.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { STREAM = 3, HOUR_S = 3600, STATION_HOURS = 8760, LOCAL_HOURS = 5, FIELD_TEXT = 32 };
#define FIRST_HOUR INT64_C(1357016400) /* 2013-01-01T05:00:00Z, local midnight */

struct weather_source {
    struct rng rng;
    char station[4];
    int64_t time_s; /* since 1970 */
    int hours_left; /* of the station's year */
    double temperature_f;
    double spread_f; /* temperature less dew point */
    double knots;
    double direction; /* degrees */
    double pressure_hpa;
    double cloudiness; /* below 0 clear, above 1 rain */
};

static void next_station(struct weather_source *s)
{
    for (size_t i = 0; i < 3; i++)
        s->station[i] = (char)('A' + (int)rng_below(&s->rng, 26));
    s->time_s = FIRST_HOUR;
    s->hours_left = STATION_HOURS;
    s->temperature_f = 38.0;
    s->spread_f = 12.0;
    s->knots = 8.0;
    s->direction = 270.0;
    s->pressure_hpa = 1016.0;
    s->cloudiness = 0.0;
}

static enum rc weather_open(uint64_t seed, struct payload_source **out, struct err *e)
{
    struct weather_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_sys(e, RC_INFRA, errno, "no memory for the generator");
    rng_init(&s->rng, seed, STREAM);
    next_station(s);
    *out = (struct payload_source *)s;
    return RC_OK;
}

static double toward(struct rng *r, double value, double mean, double pull, double step)
{
    return value + (mean - value) * pull + rng_normal(r) * step;
}

static void advance(struct weather_source *s)
{
    struct rng *r = &s->rng;
    double year = 2.0 * M_PI * (double)(STATION_HOURS - s->hours_left) / STATION_HOURS;
    double day = 2.0 * M_PI * (double)(s->time_s % 86400) / 86400.0;
    double season = 55.0 - 22.0 * cos(year) + 4.5 * cos(day - 5.2);
    s->temperature_f = toward(r, s->temperature_f, season, 0.06, 1.1);
    s->spread_f = fabs(toward(r, s->spread_f, 14.0, 0.04, 1.6));
    s->knots = fabs(toward(r, s->knots, 9.0, 0.15, 2.1));
    s->direction = toward(r, s->direction, 230.0, 0.05, 25.0);
    s->pressure_hpa = toward(r, s->pressure_hpa, 1017.0, 0.01, 0.7);
    s->cloudiness = toward(r, s->cloudiness, -0.2, 0.08, 0.28);
    s->time_s += HOUR_S;
    if (--s->hours_left <= 0)
        next_station(s);
}

/* A whole degree F goes through tenths of a degree C, as METAR remarks carry it. */
static double through_celsius(double fahrenheit)
{
    return round((round(fahrenheit) - 32.0) / 1.8 * 10.0) / 10.0;
}

static double saturation(double celsius)
{
    return exp(17.625 * celsius / (243.04 + celsius));
}

/* The shortest text that reads back as the same double, which is how the real file was written. */
static void shortest(double value, char text[FIELD_TEXT])
{
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, FIELD_TEXT, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

static void speed_text(double knots, char text[FIELD_TEXT])
{
    shortest(round(knots) * 1.15078, text);
}

static void gust_text(struct weather_source *s, char text[FIELD_TEXT])
{
    bool gusty = s->knots > 12.0 && rng_below(&s->rng, 10) < 6;
    (void)snprintf(text, FIELD_TEXT, "NA");
    if (gusty)
        speed_text(s->knots * 1.35 + 4.0 + rng_normal(&s->rng) * 1.5, text);
}

static void direction_text(const struct weather_source *s, char text[FIELD_TEXT])
{
    int tens = (int)lround(s->direction / 10.0) % 36;
    int degrees = (tens <= 0 ? tens + 36 : tens) * 10;
    (void)snprintf(text, FIELD_TEXT, "%d", s->knots < 2.5 ? 0 : degrees);
}

static void rain_texts(struct weather_source *s, char rain[FIELD_TEXT], char pressure[FIELD_TEXT])
{
    bool raining = s->cloudiness > 0.75;
    double inches = raining ? rng_exponential(&s->rng) * 0.05 : 0.0;
    (void)snprintf(rain, FIELD_TEXT, "%g", round(inches * 100.0) / 100.0);
    bool missing = rng_below(&s->rng, 100) < (raining ? 55U : 6U);
    (void)snprintf(pressure, FIELD_TEXT, missing ? "NA" : "%g",
                   round(s->pressure_hpa * 10.0) / 10.0);
}

static int visibility_miles(struct weather_source *s)
{
    if (s->cloudiness < 0.35)
        return 10;
    return 1 + (int)rng_below(&s->rng, 10);
}

static enum rc append_row(struct payload_source *source, struct buf *out, struct err *e)
{
    struct weather_source *s = (struct weather_source *)source;
    advance(s);
    double temperature_c = through_celsius(s->temperature_f);
    double dew_c = fmin(through_celsius(s->temperature_f - s->spread_f), temperature_c);
    double humidity = 100.0 * saturation(dew_c) / saturation(temperature_c);
    char direction[FIELD_TEXT];
    char speed[FIELD_TEXT];
    char gust[FIELD_TEXT];
    char rain[FIELD_TEXT];
    char pressure[FIELD_TEXT];
    direction_text(s, direction);
    speed_text(s->knots < 2.5 ? 0.0 : s->knots, speed);
    gust_text(s, gust);
    rain_texts(s, rain, pressure);
    time_t utc = (time_t)s->time_s;
    time_t here = utc - (time_t)LOCAL_HOURS * HOUR_S;
    struct tm u;
    struct tm l;
    (void)gmtime_r(&utc, &u);
    (void)gmtime_r(&here, &l);
    return buf_appendf(out, e,
                       "%s,%d,%d,%d,%d,%.4g,%.4g,%.4g,%s,%s,%s,%s,%s,%d,"
                       "%04d-%02d-%02dT%02d:00:00Z",
                       s->station, l.tm_year + 1900, l.tm_mon + 1, l.tm_mday, l.tm_hour,
                       temperature_c * 1.8 + 32.0, dew_c * 1.8 + 32.0, humidity, direction, speed,
                       gust, rain, pressure, visibility_miles(s), u.tm_year + 1900, u.tm_mon + 1,
                       u.tm_mday, u.tm_hour);
}

static enum rc weather_next(struct payload_source *source, size_t size_bytes, struct buf *out,
                            struct err *e)
{
    return readings_append(append_row, source, size_bytes, out, e);
}

static void weather_close(struct payload_source *source)
{
    free(source);
}

const struct payload_kind GEN_WEATHER = {
    .name = "weather",
    .data_type = "weather bulk",
    .says = "CSV, 90 bytes: hourly airport observations, as NOAA's of New York",
    .text = true,
    .open = weather_open,
    .next = weather_next,
    .close = weather_close,
};
