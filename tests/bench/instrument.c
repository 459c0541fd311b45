/* What the instrument costs by itself, without Kafka: 1 KB records through sender's note,
 * receiver's hash and note, and the join with its four histograms, on one core. Goal: 5 million a
 * second. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/hist.h"
#include "base/rng.h"
#include "bench/measure/ledger.h"

#include <stdio.h>
#include <stdlib.h>

enum { RECORDS = 4000000, RECORD_BYTES = 1024, POOL_RECORDS = 4096, ROUNDS = 5, CHUNK = 256 };
static const double GOAL_PER_S = 5e6;

struct instrument_bench {
    struct sent_entry *sent;
    struct received_entry *received;
    uint8_t *pool;
    uint64_t hashes[POOL_RECORDS];
    struct hist e2e, ack, service, lag;
};

static void require(enum rc rc, const struct err *e)
{
    if (rc == RC_OK)
        return;
    (void)fprintf(stderr, "instrument: %s\n", e->text);
    exit(1);
}

static void send_all(struct instrument_bench *b)
{
    int64_t now_ns = 0;
    for (size_t i = 0; i < RECORDS; i++) {
        if (i % CHUNK == 0)
            now_ns = clock_now().ns;
        b->sent[i] = (struct sent_entry){.offset = -1,
                                         .intended_ns = now_ns,
                                         .sent_ns = now_ns,
                                         .hash = b->hashes[i % POOL_RECORDS],
                                         .partition = -1,
                                         .state = SENT_PENDING};
    }
}

static void acknowledge_all(struct instrument_bench *b)
{
    for (size_t i = 0; i < RECORDS; i++) {
        b->sent[i].partition = 0;
        b->sent[i].offset = (int64_t)i;
        b->sent[i].acked_ns = clock_now().ns;
        b->sent[i].state = SENT_ACKNOWLEDGED;
    }
}

static void receive_all(struct instrument_bench *b)
{
    int64_t now_ns = 0;
    for (size_t i = 0; i < RECORDS; i++) {
        if (i % CHUNK == 0)
            now_ns = clock_now().ns;
        struct span value = span_of(b->pool + i % POOL_RECORDS * RECORD_BYTES, RECORD_BYTES);
        b->received[i] = (struct received_entry){
            .offset = (int64_t)i, .received_ns = now_ns, .hash = hash_bytes(value)};
    }
}

static void join(struct instrument_bench *b)
{
    static const int64_t read_up_to = RECORDS;
    struct err e;
    struct ledger l = {.sent = b->sent,
                       .sent_count = RECORDS,
                       .received = b->received,
                       .received_count = RECORDS,
                       .partitions = 1,
                       .read_up_to = &read_up_to};
    struct ledger_verdict v = {
        .e2e = &b->e2e, .ack = &b->ack, .service = &b->service, .send_lag = &b->lag};
    require(ledger_join(&l, &v, &e), &e);
    if (!delivery_perfect(&v.delivery) || b->e2e.n % RECORDS != 0) {
        (void)fprintf(stderr, "instrument: the join found faults in a perfect trial\n");
        exit(1);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    struct instrument_bench *b = calloc(1, sizeof *b);
    struct err e;
    struct rng r;
    if (b == NULL)
        return 1;
    b->sent = calloc(RECORDS, sizeof *b->sent);
    b->received = calloc(RECORDS, sizeof *b->received);
    b->pool = malloc((size_t)POOL_RECORDS * RECORD_BYTES);
    if (b->sent == NULL || b->received == NULL || b->pool == NULL)
        return 1;
    rng_init(&r, 1, 1);
    rng_fill(&r, b->pool, (size_t)POOL_RECORDS * RECORD_BYTES);
    for (size_t i = 0; i < POOL_RECORDS; i++)
        b->hashes[i] = hash_bytes(span_of(b->pool + i * RECORD_BYTES, RECORD_BYTES));
    require(hist_init(&b->e2e, &e), &e);
    require(hist_init(&b->ack, &e), &e);
    require(hist_init(&b->service, &e), &e);
    require(hist_init(&b->lag, &e), &e);
    double rate[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        int64_t before_ns = clock_process_cpu_ns(0);
        send_all(b);
        acknowledge_all(b);
        receive_all(b);
        join(b);
        rate[round] = RECORDS * 1e9 / (double)(clock_process_cpu_ns(0) - before_ns);
    }
    qsort(rate, ROUNDS, sizeof rate[0], by_value);
    (void)printf(
        "instrument: %.2f million 1 KB records a second and core (%.2f to %.2f); goal %.0f: "
        "%.2f of it\n",
        rate[ROUNDS / 2] / 1e6, rate[0] / 1e6, rate[ROUNDS - 1] / 1e6, GOAL_PER_S / 1e6,
        rate[ROUNDS / 2] / GOAL_PER_S);
    hist_release(&b->e2e);
    hist_release(&b->ack);
    hist_release(&b->service);
    hist_release(&b->lag);
    free(b->sent);
    free(b->received);
    free(b->pool);
    free(b);
    return 0;
}
