/*
 * Fire detections of NASA FIRMS: one MODIS hotspot a record, as a row of the service's CSV.
 *
 * Columns (FIRMS, MODIS Collection 6 NRT, MCD14DL): latitude, longitude, brightness (K, band
 * 21/22), scan, track (km along and across), acq_date, acq_time (HHMM), satellite (T Terra, A
 * Aqua), confidence (%), version, bright_t31 (K, band 31), frp (MW), daynight.
 * Modelled on the global file of 24 hours of 2020-10-01: a satellite crosses, finds fires in
 * clusters of neighbouring pixels, and pixels grow towards the edge of its swath.
 */
#define _GNU_SOURCE
#include "bench/payload/generators.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { STREAM = 4, DATE_TEXT = 24 };
#define FIRST_PASS INT64_C(1601424000) /* 2020-09-30T00:00:00Z */
#define KM_PER_DEGREE 111.2

struct firms_source {
    struct rng rng;
    int64_t time_s;       /* of the pass, since 1970 */
    char when[DATE_TEXT]; /* "2020-09-30,0040" */
    char satellite;
    bool day;
    int pass_left;    /* detections */
    int cluster_left; /* detections */
    double latitude;
    double longitude;
    double scan_km;
    double track_km;
    double ground_k; /* temperature of the ground here, band 31 */
    double fire;     /* how strong this cluster burns, log of MW */
};

static void next_pass(struct firms_source *s)
{
    struct rng *r = &s->rng;
    s->time_s += 300 * (1 + (int64_t)(rng_exponential(r) * 1.2));
    time_t t = (time_t)s->time_s;
    struct tm tm;
    (void)gmtime_r(&t, &tm);
    (void)strftime(s->when, sizeof s->when, "%Y-%m-%d,%H%M", &tm);
    s->satellite = rng_below(r, 3) == 0 ? 'T' : 'A';
    s->day = rng_below(r, 6) != 0;
    s->pass_left = 1 + (int)fmin(exp(2.3 + rng_normal(r) * 2.1), 5000.0);
    s->cluster_left = 0;
    s->latitude = fmin(fmax(-8.0 + rng_normal(r) * 20.0, -55.0), 70.0);
    s->longitude = (rng_unit(r) - 0.5) * 358.0;
}

static void next_cluster(struct firms_source *s)
{
    struct rng *r = &s->rng;
    double side = rng_below(r, 2) == 0 ? -1.0 : 1.0;
    double south = s->latitude > -50.0 ? -1.0 : 100.0;
    s->latitude += (rng_below(r, 10) < 7 ? 1.0 : south) * rng_exponential(r) * 0.25;
    s->longitude += side * rng_exponential(r) * 1.8;
    if (s->latitude > 70.0)
        s->latitude -= 100.0;
    if (s->longitude > 180.0 || s->longitude < -180.0)
        s->longitude -= side * 359.0;
    /* Pixels grow from 1 to 4.8 km along the scan and 1 to 2 km along the track. */
    double edge = rng_unit(r);
    double growth = edge * edge * edge;
    s->scan_km = round((1.0 + 3.8 * growth) * 10.0) / 10.0;
    s->track_km = round((1.0 + growth) * 10.0) / 10.0;
    s->cluster_left = 1 + (int)(rng_exponential(r) * 2.0);
    s->ground_k = (s->day ? 306.0 : 290.0) + rng_normal(r) * 6.0;
    s->fire = 2.4 + rng_normal(r) * 0.8;
}

static enum rc firms_open(uint64_t seed, struct payload_source **out, struct err *e)
{
    struct firms_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_sys(e, RC_INFRA, errno, "no memory for the generator");
    rng_init(&s->rng, seed, STREAM);
    s->time_s = FIRST_PASS;
    *out = (struct payload_source *)s;
    return RC_OK;
}

static void advance(struct firms_source *s)
{
    struct rng *r = &s->rng;
    if (s->pass_left <= 0)
        next_pass(s);
    s->pass_left--;
    if (s->cluster_left <= 0) {
        next_cluster(s);
    } else {
        /* The next pixel along the scan, seldom the next line of the scan. */
        bool new_line = rng_below(r, 6) == 0;
        s->latitude += -0.0015 + rng_normal(r) * 0.0008 + (new_line ? 0.010 * s->track_km : 0.0);
        s->longitude +=
            (new_line ? -1.0 : 1.0) * s->scan_km / KM_PER_DEGREE + rng_normal(r) * 0.0006;
    }
    s->cluster_left--;
}

static int confidence(struct firms_source *s, double power_mw)
{
    double sure = 55.0 + 12.0 * (log(power_mw) - 1.6) + rng_normal(&s->rng) * 15.0;
    return (int)fmin(fmax(sure, 0.0), 100.0);
}

static double tenths(double value)
{
    return round(value * 10.0) / 10.0;
}

/* Adding 0 turns -0 into 0. */
static double thousandths(double value)
{
    return round(value * 1000.0) / 1000.0 + 0.0;
}

static enum rc append_detection(struct payload_source *source, struct buf *out, struct err *e)
{
    struct firms_source *s = (struct firms_source *)source;
    struct rng *r = &s->rng;
    advance(s);
    double power_mw = fmax(exp(s->fire + rng_normal(r) * 0.55) * s->scan_km, 2.0);
    double ground_k = s->ground_k + rng_normal(r) * 1.3 + 0.01 * power_mw;
    double fire_k = fmin(ground_k + 12.0 + 14.0 * sqrt(power_mw / s->scan_km) * 0.45 +
                             fabs(rng_normal(r)) * 2.0,
                         504.0);
    return buf_appendf(out, e, "%.*g,%.*g,%.4g,%.2g,%.2g,%s,%c,%d,6.0NRT,%.4g,%.6g,%c",
                       fabs(s->latitude) < 10.0 ? 4 : 5, thousandths(s->latitude), 6,
                       thousandths(s->longitude), tenths(fire_k), s->scan_km, s->track_km, s->when,
                       s->satellite, confidence(s, power_mw), tenths(ground_k), tenths(power_mw),
                       s->day ? 'D' : 'N');
}

static enum rc firms_next(struct payload_source *source, size_t size_bytes, struct buf *out,
                          struct err *e)
{
    return readings_append(append_detection, source, size_bytes, out, e);
}

static void firms_close(struct payload_source *source)
{
    free(source);
}

const struct payload_kind GEN_FIRMS = {
    .name = "firms",
    .data_type = "NASA FIRMS",
    .says = "CSV, 70 bytes: MODIS fire detections, as the global file of 24 hours",
    .text = true,
    .open = firms_open,
    .next = firms_next,
    .close = firms_close,
};
