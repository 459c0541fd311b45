#include "bench/plan/estimate.h"

#include "base/clock.h"
#include "base/quantity.h"
#include "bench/measure/ledger.h"
#include "bench/workload/workload.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    BACKGROUND_SLACK = 2,            /* the time of the measured flow is a rough estimate */
    RECORD_OVERHEAD = 80,            /* most that key, headers and lengths add to a record */
    STORED_OVERHEAD = 16,            /* usual bytes that a stored record adds */
    SLOT_BYTES = 24,                 /* of a pool, per record */
    MESSAGE_MAX_LEAST = 1048576,     /* librdkafka's default is near this */
    MESSAGE_MAX_MOST = 1000000000,   /* librdkafka's largest */
    MESSAGE_CLIENT_MOST = 999999488, /* less what a response adds: the same limit holds for it */
    MESSAGE_SLACK = 65536,
    RECORDS_MOST = 100000000, /* of one trial */
    WARM_UP_SHARE = 10,
    TRIAL_NS = 300 * NS_PER_MS, /* topic, processes, clients, drain, reading what was stored */
    RECORD_NS = 4000,           /* of a small record through both clients and the broker */
    ROUND_TRIP_NS = 700 * NS_PER_US,
    CONNECT_DELAYS = 40, /* one way each, until both clients are ready */
    BYTE_PS = 6000,      /* picoseconds per byte of a large record, through everything */
    BASE64_PS = 2000,    /* and for base64, both ways */
    RATE_SLACK = 2,      /* room for an open loop that a random stretch runs ahead of */
    CAPACITY_SLACK = 8,  /* room for a machine faster than the table */
};
static const double PS_PER_NS = 1000.0;
static const double BYTES_MOST = 9e15;

/* Of a usual record, all that becomes of it. */
static int64_t encoded_bytes(const struct plan_cell *c)
{
    return c->workload->message(c, c->sample.mean_bytes).bytes;
}

/* The largest message that becomes of a record. */
static int64_t message_of(const struct plan_cell *c, int64_t bytes)
{
    return c->workload->message(c, bytes).largest;
}

/* A record on a limited link, as if nothing compressed. */
static double transfer_ns(const struct plan_cell *c)
{
    enum { BITS_PER_BYTE = 8 };
    if (c->link.bit_per_s == 0)
        return 0;
    return (double)encoded_bytes(c) * BITS_PER_BYTE * NS_PER_S / (double)c->link.bit_per_s;
}

static double work_ns(const struct plan_cell *c)
{
    return c->workload->work_ns != NULL ? c->workload->work_ns(c) : 0;
}

double estimate_work_rate(const struct plan_cell *c)
{
    return work_ns(c) > 0 ? NS_PER_S / work_ns(c) : 0;
}

/* on_link: what its link allows at most; else as if it were unlimited. */
static double record_ns(const struct plan_cell *c, bool on_link)
{
    double ps = BYTE_PS + codec_spec_ps_per_byte(c->choice) +
                (c->encoding == ENCODING_BASE64_JSON ? BASE64_PS : 0);
    double bytes = (double)encoded_bytes(c);
    double ns = RECORD_NS + bytes * ps / PS_PER_NS;
    double link_ns = on_link ? transfer_ns(c) : 0; /* of one direction; both go at a time */
    double slower = fmax(fmax(link_ns, ns), work_ns(c));
    if (c->load.in_flight == 0)
        return slower;
    double there_ns = ROUND_TRIP_NS + ns + work_ns(c) + 2 * (link_ns + (double)c->link.delay_ns);
    double wait = there_ns / (double)c->load.in_flight;
    return wait > slower ? wait : slower;
}

double estimate_capacity(const struct plan_cell *c)
{
    return NS_PER_S / record_ns(c, true);
}

/* Records per second that the load brings, when capacity is all that holds it back. */
static double rate_guess(const struct plan_cell *c, double capacity, double slowest_per_s)
{
    if (!load_by_clock(&c->load))
        return capacity;
    return c->load.rate_auto ? slowest_per_s / 2 : c->load.rate_per_s;
}

/* Records per second to keep room for: what compresses well gets far past the guess for a limited
 * link, up to what there would be without it. */
static double room_guess(const struct plan_cell *c, double per_s)
{
    double without = NS_PER_S / record_ns(c, false);
    return c->link.bit_per_s > 0 && without > per_s ? without : per_s;
}

static enum rc refuse(const struct scenario *s, const struct plan_cell *c, struct err *e,
                      const char *say)
{
    return err_set(e, RC_INPUT, "%s: payload %s: %s", s->name, c->payload->name, say);
}

/* Measured records, whatever the time they take. */
static int64_t records_limit(const struct scenario *s, const struct plan_cell *c)
{
    bool ends = c->load.step_count > 0 && s->records_standard;
    int64_t limit = s->records > 0 && !ends ? s->records : RECORDS_MOST;
    if (s->measure_bytes > 0) {
        int64_t by_bytes = (s->measure_bytes - 1) / c->sample.mean_bytes + 1;
        limit = by_bytes < limit ? by_bytes : limit;
    }
    return limit;
}

/* times the records that a rate brings in the cell's window, within the limit. */
static int64_t records_in(const struct plan_cell *c, double per_s, double times, int64_t limit)
{
    double expected = ceil(per_s * (double)c->window_ns / NS_PER_S * times);
    return c->window_ns > 0 && expected < (double)limit ? (int64_t)expected : limit;
}

/* Most records that one batch will hold. */
static int64_t batch_records(const struct plan_cell *c)
{
    int64_t by_bytes = c->batching.bytes / message_of(c, c->sample.mean_bytes);
    int64_t n = c->batching.records < by_bytes ? c->batching.records : by_bytes;
    n = n < c->records_max ? n : c->records_max;
    return n > 1 ? n : 1;
}

static enum rc check_corpus(const struct scenario *s, const struct plan_cell *c, struct err *e)
{
    int64_t batch = batch_records(c) * c->partitions;
    if (c->sample.records == 0 || c->sample.records >= batch)
        return RC_OK;
    char say[ERR_TEXT_MAX / 2];
    (void)snprintf(say, sizeof say,
                   "found %lld records, fewer than the %lld that %s would hold, so that one would "
                   "hold a record twice; expected a larger corpus, or batching: {records: "
                   "%lld} or less",
                   (long long)c->sample.records, (long long)batch,
                   c->partitions > 1 ? "the batches of all partitions" : "a batch",
                   (long long)(c->sample.records / c->partitions));
    return refuse(s, c, e, say);
}

static enum rc size_messages(const struct scenario *s, struct plan_cell *c, struct err *e)
{
    double largest = (double)message_of(c, c->sample.max_bytes) + RECORD_OVERHEAD;
    double batch =
        (double)batch_records(c) * ((double)message_of(c, c->sample.mean_bytes) + RECORD_OVERHEAD);
    char size[QUANTITY_TEXT];
    char say[ERR_TEXT_MAX / 2];
    double most = s->message_max_bytes > 0 ? (double)s->message_max_bytes : MESSAGE_MAX_MOST;
    if (c->workload->may_be_too_large && largest > MESSAGE_CLIENT_MOST) {
        (void)snprintf(c->refused, sizeof c->refused,
                       "one record of %lld bytes: a client's message.max.bytes takes %d at most, "
                       "and its receive.message.max.bytes must be 512 larger",
                       (long long)largest, MESSAGE_MAX_MOST);
        c->message_max_bytes = MESSAGE_CLIENT_MOST;
        return RC_OK;
    }
    bool tight = !c->workload->may_be_too_large && largest + MESSAGE_SLACK > MESSAGE_MAX_MOST;
    if (tight || largest > most) {
        (void)snprintf(say, sizeof say, "found a record of %s; expected below %s",
                       quantity_format_size((int64_t)largest, size),
                       s->message_max_bytes > 0 ? "message_max" : "1 GB, the most that fits");
        return refuse(s, c, e, say);
    }
    if (batch + MESSAGE_SLACK > MESSAGE_MAX_MOST || (s->exact && batch > most)) {
        (void)snprintf(say, sizeof say, "found batches of %lld records, %s each; expected below %s",
                       (long long)batch_records(c), quantity_format_size((int64_t)batch, size),
                       s->message_max_bytes > 0 ? "message_max" : "1 GB, the most that fits");
        return refuse(s, c, e, say);
    }
    double need = 2 * largest > batch ? 2 * largest : batch;
    need += MESSAGE_SLACK + need / 8; /* the sample may not hold the largest record */
    if (need < MESSAGE_MAX_LEAST)
        need = MESSAGE_MAX_LEAST;
    if (need > MESSAGE_CLIENT_MOST)
        need = MESSAGE_CLIENT_MOST;
    c->message_max_bytes = s->message_max_bytes > 0 ? s->message_max_bytes : (int64_t)need;
    return RC_OK;
}

static void count_cost(const struct plan_cell *c, int64_t measured, double per_s,
                       struct plan_estimate *out)
{
    int64_t records = measured + c->warmup_records;
    int64_t bytes = encoded_bytes(c);
    int64_t slots = c->sample.pool_bytes / c->sample.mean_bytes;
    double work = (double)records * record_ns(c, true);
    double arrivals =
        (double)measured / per_s * NS_PER_S + (double)c->warmup_records * record_ns(c, true);
    *out = (struct plan_estimate){
        .records = records,
        .payload_bytes = records * bytes,
        .disk_bytes = c->records_max * (bytes + STORED_OVERHEAD),
        .duration_ns = TRIAL_NS + CONNECT_DELAYS * c->link.delay_ns +
                       (int64_t)(arrivals > work ? arrivals : work),
        .pool_bytes = c->sample.pool_bytes + slots * SLOT_BYTES,
        .ledger_bytes = ledger_bytes(c->records_max, false),
    };
    if (c->workload->hold != NULL && c->refused[0] == '\0')
        c->workload->hold(c, out);
}

static int64_t warm_up(const struct scenario *s, int64_t measured)
{
    if (s->warmup_records != WARM_UP_SHARED)
        return s->warmup_records;
    return measured > 0 ? (measured - 1) / WARM_UP_SHARE + 1 : 1;
}

enum rc estimate_cell(const struct scenario *s, struct plan_cell *c, double slowest_per_s,
                      struct err *e)
{
    bool known = load_by_clock(&c->load) && !c->load.rate_auto;
    c->window_ns = c->load.step_count > 0 ? load_duration_ns(&c->load) : s->duration_ns;
    double per_s = rate_guess(c, estimate_capacity(c), slowest_per_s);
    int64_t limit = records_limit(s, c);
    int64_t measured = records_in(c, per_s, 1, limit);
    c->warmup_records =
        warm_up(s, records_in(c, rate_guess(c, slowest_per_s, slowest_per_s), 1, limit));
    c->records_max = records_in(c, known ? per_s : room_guess(c, per_s),
                                known ? RATE_SLACK : CAPACITY_SLACK, limit) +
                     c->warmup_records;
    if (c->records_max > 2LL * RECORDS_MOST)
        return refuse(s, c, e, "found more records than one trial takes; expected fewer");
    if ((double)c->records_max * (double)encoded_bytes(c) > BYTES_MOST)
        return refuse(s, c, e, "found more bytes than any disk takes; expected fewer records");
    enum rc rc = check_corpus(s, c, e);
    if (rc == RC_OK)
        rc = size_messages(s, c, e);
    if (rc == RC_OK)
        count_cost(c, measured, per_s, &c->estimate);
    return rc;
}

void estimate_add_background(struct plan_cell *c)
{
    const struct plan_cell *b = &c->background->plan.cells[0];
    struct plan_estimate *x = &c->estimate;
    double per_s = load_by_clock(&b->load) ? b->load.rate_per_s : estimate_capacity(b);
    double bytes = (double)b->estimate.disk_bytes / (double)b->records_max;
    double time_ns = (double)x->duration_ns + (double)b->warmup_records / per_s * NS_PER_S;
    if (b->refused[0] != '\0' && c->refused[0] == '\0')
        (void)snprintf(c->refused, sizeof c->refused, "background: %.*s", PLAN_REFUSED - 13,
                       b->refused);
    x->disk_bytes += (int64_t)(BACKGROUND_SLACK * per_s * time_ns / NS_PER_S * bytes);
    x->duration_ns = (int64_t)time_ns + (int64_t)(NS_PER_S / per_s);
    x->image_bytes += b->estimate.image_bytes + b->estimate.ledger_bytes;
    if (b->estimate.broker_heap > x->broker_heap)
        x->broker_heap = b->estimate.broker_heap;
    if (c->background->as->same_topic && b->message_max_bytes > c->message_max_bytes)
        c->message_max_bytes = b->message_max_bytes;
}
