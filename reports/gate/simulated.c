#include "reports/gate/simulated.h"

#include "base/rng.h"
#include "reports/gate/gate_cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS = 5000, RECORD_BYTES = 1000, ARMS = 3, IN_FLIGHT = 16 };
static const double OWN_NOISE = 0.5; /* of a metric, as a share of the noise of its trial */
static const double MEDIAN_NS = 5e6;
static const double STORED_SHARE = 0.25;

struct simulated_arm {
    const char *name;
    bool listed; /* named as an arm, not by its codec */
    double slower, bytes;
};

static enum rc make_room(struct results *r, size_t more, struct err *e)
{
    struct trial_record *grown = realloc(r->records, (r->count + more) * sizeof *grown);
    if (grown == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu trial records", r->count + more);
    r->records = grown;
    r->room = r->count + more;
    return RC_OK;
}

static void name_record(struct trial_record *r, const struct simulated *s, size_t group,
                        const struct simulated_arm *arm, size_t block)
{
    trial_record_init(r);
    (void)snprintf(r->run, sizeof r->run, "simulated");
    (void)snprintf(r->scenario, sizeof r->scenario, "simulated%s", s->after);
    (void)snprintf(r->trial, sizeof r->trial, "g%02zu.%.16s.b%02zu", group, arm->name, block);
    (void)snprintf(r->cell.codec, sizeof r->cell.codec, "%s", arm->listed ? "zstd-3" : arm->name);
    (void)snprintf(r->cell.arm, sizeof r->cell.arm, "%s", arm->listed ? arm->name : "");
    (void)snprintf(r->compare, sizeof r->compare, arm->listed ? "arms" : "codec");
    (void)snprintf(r->cell.payload, sizeof r->cell.payload, "simulated-%zu", group);
    (void)snprintf(r->cell.encoding, sizeof r->cell.encoding, "raw");
    (void)snprintf(r->cell.batching, sizeof r->cell.batching, "100 records, 5.00 ms");
    (void)snprintf(r->cell.load, sizeof r->cell.load, "closed %d", IN_FLIGHT);
    (void)snprintf(r->cell.load_kind, sizeof r->cell.load_kind, "closed");
    (void)snprintf(r->cell.workload, sizeof r->cell.workload, "records");
    (void)snprintf(r->cell.link, sizeof r->cell.link, "unlimited");
    r->cell.load_in_flight = IN_FLIGHT;
    r->cell.load_paced = true;
    r->cell.link_bit_per_s = r->cell.link_delay_ns = 0;
    (void)snprintf(r->group_label, sizeof r->group_label, "%s", r->cell.payload);
    r->cell.record_bytes = RECORD_BYTES;
    r->cell.linger_ns = 5000000;
    r->group = (int64_t)group;
    r->block = (int64_t)block;
}

/* Only what the gated metrics read. */
static void fill_record(struct trial_record *r, const struct simulated_arm *arm, double trial,
                        double noise, struct rng *rng)
{
    double p50 = MEDIAN_NS * arm->slower * exp(trial + OWN_NOISE * noise * rng_normal(rng));
    double p99 = 2 * MEDIAN_NS * arm->slower * exp(trial + OWN_NOISE * noise * rng_normal(rng));
    r->delivery = (struct delivery){.sent = RECORDS, .acknowledged = RECORDS, .received = RECORDS};
    r->measured_records = RECORDS;
    r->bytes.payload = r->bytes.original = (int64_t)RECORDS * RECORD_BYTES;
    r->bytes.batches = RECORDS / 100;
    r->bytes.stored = llround(STORED_SHARE * RECORDS * RECORD_BYTES * arm->bytes);
    r->ratio = (double)r->bytes.payload / (double)r->bytes.stored;
    (void)snprintf(r->codec_effective, sizeof r->codec_effective, "%s", r->cell.codec);
    (void)snprintf(r->codec_name, sizeof r->codec_name, "%.*s", (int)strcspn(r->cell.codec, "-"),
                   r->cell.codec);
    (void)snprintf(r->codec_evidence, sizeof r->codec_evidence, "simulated");
    (void)snprintf(r->stored[0].codec, sizeof r->stored[0].codec, "%s", r->codec_name);
    r->stored[0].batches = r->bytes.batches;
    r->stored[0].bytes = r->bytes.stored;
    r->latency_ns[LATENCY_E2E] = (struct latency){.n = RECORDS,
                                                  .min = (int64_t)(p50 / 2),
                                                  .p50 = (int64_t)p50,
                                                  .p90 = (int64_t)p99,
                                                  .p99 = (int64_t)p99,
                                                  .p999 = NOT_MEASURED,
                                                  .max = (int64_t)(2 * p99)};
    r->throughput.records_per_s = IN_FLIGHT * 1e9 / (MEDIAN_NS * arm->slower) *
                                  exp(-trial + OWN_NOISE * noise * rng_normal(rng));
}

/* Of the arms in each block, each equally often, in random order; freed by the caller. */
static size_t *rotations(const struct simulated *s)
{
    struct rng rng;
    size_t *out = calloc(s->blocks + 1, sizeof *out);
    rng_init(&rng, s->seed, s->blocks);
    for (size_t i = 0; out != NULL && i < s->blocks; i++) {
        size_t j = (size_t)rng_below(&rng, i + 1);
        out[i] = out[j];
        out[j] = i % ARMS;
    }
    return out;
}

static enum rc simulate(const struct simulated *s, const struct simulated_arm *arms,
                        struct results *out, struct err *e)
{
    struct rng rng;
    rng_init(&rng, s->seed, (uint64_t)strlen(s->after));
    enum rc rc = make_room(out, s->groups * s->blocks * ARMS, e);
    size_t *rotation = rotations(s);
    if (rc == RC_OK && rotation == NULL)
        rc = err_set(e, RC_INFRA, "out of memory for %zu blocks", s->blocks);
    if (rc != RC_OK) {
        free(rotation);
        return rc;
    }
    for (size_t block = 1; block <= s->blocks; block++)
        for (size_t group = 0; group < s->groups; group++) {
            double drift = s->shift + s->drift * rng_normal(&rng);
            for (size_t i = 0; i < ARMS; i++) {
                struct trial_record *r = &out->records[out->count++];
                name_record(r, s, group, &arms[i], block);
                fill_record(r, &arms[i], drift + s->noise * rng_normal(&rng), s->noise, &rng);
                r->reference = i == 0;
                r->cell_index = (int64_t)(group * ARMS + i);
                r->position = (int64_t)((i + rotation[block - 1]) % ARMS);
            }
        }
    free(rotation);
    return RC_OK;
}

enum rc simulated_job(const struct simulated *s, struct results *out, struct err *e)
{
    const struct simulated_arm arms[ARMS] = {{GATE_ARM_BASELINE, true, 1, 1},
                                             {GATE_ARM_AGAIN, true, s->unsteady, 1},
                                             {GATE_ARM_CANDIDATE, true, s->slower, s->bytes}};
    return simulate(s, arms, out, e);
}

enum rc simulated_run(const struct simulated *s, struct results *out, struct err *e)
{
    const struct simulated_arm arms[ARMS] = {{"none", false, s->unsteady, 4},
                                             {"zstd-3", false, s->slower, s->bytes},
                                             {"gzip-6", false, 1, 1}};
    return simulate(s, arms, out, e);
}
