/*
 * The ground a run stands on: a broker (our own, a kept one, or a cluster of others), who may run
 * where, and what every trial shares.
 *
 * Ownership: ground_close ends a broker that ground_open started and leaves all others alone.
 * Threads: main thread only (an own broker dies with the thread that started it).
 */
#ifndef ASSAY_BENCH_RUN_GROUND_H
#define ASSAY_BENCH_RUN_GROUND_H

#include "base/home.h"
#include "bench/measure/ledger.h"
#include "bench/testbed/broker/broker.h"
#include "bench/testbed/store/store_server.h"
#include "bench/trial/link_path.h"
#include "bench/trial/trial.h"

enum { GROUND_TEXT = 256, GROUND_CODECS = 64 };

/* Codecs and levels that the broker was warmed with. */
struct ground_warmth {
    struct codec_spec codec[GROUND_CODECS];
    size_t count;
};

struct ground_options {
    const struct home *home;
    struct cluster *cluster; /* with bootstrap: that cluster; without: ground_open sets it */
    const char *const *broker_properties; /* --broker-property; NULL-terminated; may be NULL */
    int64_t heap_bytes;                   /* of our own broker; 0: default */
    const char *topic;                    /* --topic: an existing one of others; NULL: fresh ones */
    const char *topic_prefix;             /* of fresh topics; NULL: "assay-" */
    int32_t partitions;                   /* of fresh topics */
    int16_t replication_factor;           /* -1: the broker's default */
    double max_rate_per_s;                /* 0: none */
    const char *s3_endpoint, *s3_bucket;  /* the object store of others; NULL: one of our own */
    bool objects;                         /* some trials need an object store */
    bool links;          /* some trials go over limited links: needs a broker of our own */
    bool link_delays;    /* and some of these have a delay */
    struct tally *tally; /* told what every trial does; NULL: nobody asks */
    bool pin;            /* each role its own cores where there are enough */
    const volatile sig_atomic_t *stop;
};

struct ground {
    struct trial_ground trial; /* handed to every trial; set run before the first */
    struct broker broker;      /* when embedded: ours, or a description of the kept one */
    const struct home *home;
    bool broker_is_ours;
    bool embedded;                 /* ours or kept: its log folder is at hand */
    char broker_says[GROUND_TEXT]; /* "Apache Kafka 4.3.1, embedded" */
    char pinning[GROUND_TEXT];     /* who runs where, or why nobody is pinned */
    char sender_cpus[16], receiver_cpus[16], broker_cpus[64];
    struct cluster_identity identity;
    int64_t heap_bytes; /* of our own broker; 0 elsewhere */
    struct ground_warmth warmth;
    struct link_paths routes;
    struct store_server store_server; /* when it is our own */
    struct object_store_config store; /* in force; keys inside */
    char store_says[GROUND_TEXT];     /* "versitygw v1.0.18, embedded"; "" without one */
};

/* A kept broker is left alone when a broker of our own is needed. RC_INPUT: the topic does not
 * exist, too many partitions, limited links to a cluster of others; RC_INFRA: no broker, no login.
 * On failure nothing is left running. */
enum rc ground_open(const struct ground_options *o, struct ground *out, struct err *e) MUST_CHECK;
/* failed: keep the log of our own broker; its path is then in g->broker.log_file. */
void ground_close(struct ground *g, bool failed);

#endif
