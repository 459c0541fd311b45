/*
 * What a run is asked for, in values: scenarios, cluster, folder, limits; and who is told what
 * becomes of it. Commands read their options into it; what measures takes it from there and prints
 * nothing itself.
 *
 * Ownership: the cluster is owned by whoever fills the request in, texts are borrowed. Threads:
 * main only; a listener is called from the main thread.
 */
#ifndef ASSAY_BENCH_RUN_RUN_REQUEST_H
#define ASSAY_BENCH_RUN_RUN_REQUEST_H

#include "base/home.h"
#include "bench/run/plan_run.h"
#include "bench/trial/trial.h"
#include "core/kafka/cluster.h"
#include "scenarios/scenario.h"

enum { RUN_OVERRIDES = 64 };

enum say_kind {
    SAY_STEP,   /* what is done now and what came of it; whoever wants quiet may drop it */
    SAY_RESULT, /* a line of the answer itself */
};

/* Zeroed: nobody listens. */
struct run_listener {
    /* One line, without its end; borrowed during the call. May be NULL. */
    void (*say)(void *ctx, enum say_kind kind, const char *line);
    void (*on_progress)(void *ctx, const struct run_progress *p); /* may be NULL */
    void *ctx;
};

/* What does not fit in 4095 bytes is cut. */
void run_say(const struct run_listener *l, enum say_kind kind, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void run_tell(const struct run_listener *l, const struct run_progress *p);

struct run_request {
    struct home home;
    char scenarios_folder[HOME_PATH_MAX], data_folder[HOME_PATH_MAX];
    struct scenario_override overrides[RUN_OVERRIDES];
    size_t override_count;
    const char *corpus;     /* in place of every payload; NULL */
    const char *out;        /* result folder; NULL: a new one */
    bool resume;            /* out may hold records of an earlier, stopped run */
    struct cluster cluster; /* as given; without bootstrap: an embedded broker */
    const char *broker_properties[RUN_OVERRIDES + 1];
    int64_t heap_bytes;
    const char *topic, *topic_prefix;
    const char *s3_endpoint, *s3_bucket;
    int16_t replication_factor; /* -1: the broker's default */
    double max_rate_per_s;      /* 0: none */
    bool pin;
    char command[1024];        /* as typed, secrets hidden; cut when longer */
    struct live_metrics *live; /* told what every trial does; NULL: no live metrics */
    const volatile sig_atomic_t *stop;
    struct run_listener listener;
};

struct scenario_places run_request_places(const struct run_request *r); /* borrows r */
/* Loads one scenario with the overrides; properties of the scenario are not applied yet. */
enum rc run_request_load(const struct run_request *r, const char *name, struct scenario **out,
                         struct err *e) MUST_CHECK;
/* What the request says of the testbed, and of every trial; both borrow r. */
struct testbed_options run_request_testbed(struct run_request *r);
struct trial_options run_request_trial(const struct run_request *r);

#endif
