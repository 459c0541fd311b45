/*
 * The testbed: what the trials of a run run on. A broker (our own, a kept one, or a cluster of
 * others), an object store and link paths where they are needed, and who may run on which core.
 *
 * Ownership: testbed_close ends what testbed_open started and leaves all else alone.
 * Threads: main thread only (an own broker dies with the thread that started it).
 */
#ifndef ASSAY_BENCH_TESTBED_TESTBED_H
#define ASSAY_BENCH_TESTBED_TESTBED_H

#include "base/home.h"
#include "bench/testbed/broker/broker.h"
#include "bench/testbed/link_path.h"
#include "bench/testbed/store/store_server.h"
#include "codecs/codec.h"
#include "core/kafka/admin.h"
#include "core/s3/object_store_config.h"

enum { TESTBED_TEXT = 256, TESTBED_CODECS = 64 };
enum testbed_part { TESTBED_LINKS, TESTBED_CLUSTER, TESTBED_STORE, TESTBED_PARTS };

/* Codecs and levels that the broker was warmed with. */
struct testbed_warmth {
    struct codec_spec codec[TESTBED_CODECS];
    size_t count;
    bool off; /* ASSAY_COLD=1, for tests of all but figures: it is measured cold, and says so; also
                 without a broker */
};

struct testbed_options {
    const struct home *home;
    struct cluster *cluster; /* with bootstrap: that cluster; without: testbed_open sets it */
    const char *const *broker_properties; /* --broker-property; NULL-terminated; may be NULL */
    int64_t heap_bytes;                   /* of our own broker; 0: default */
    const char *s3_endpoint, *s3_bucket;  /* the object store of others; NULL: one of our own */
    bool no_cluster;                      /* no trial needs one: none is started */
    bool objects;                         /* some trials need an object store */
    bool links;       /* some trials go over limited links: needs a broker of our own */
    bool link_delays; /* and some of these have a delay */
    bool pin;         /* each role its own cores where there are enough */
    const volatile sig_atomic_t *stop;
};

struct testbed {
    const struct home *home;
    struct cluster *cluster; /* borrowed; how to reach it */
    struct admin *admin;
    struct broker broker; /* when embedded: ours, or a description of the kept one */
    bool broker_is_ours;
    bool embedded;                  /* ours or kept: its log folder is at hand */
    const char *log_folder;         /* of the embedded broker; NULL: stored batches come by fetch */
    char broker_says[TESTBED_TEXT]; /* "Apache Kafka 4.3.1, embedded" */
    struct cluster_identity identity;
    struct testbed_warmth warmth;
    char pinning[TESTBED_TEXT]; /* who runs where, or why nobody is pinned */
    char sender_cpus[16], receiver_cpus[16], broker_cpus[64]; /* "": not pinned */
    int64_t cores;                                            /* that all of them share */
    const struct link_paths *links; /* over limited links; NULL: there are none */
    struct link_paths link_paths;
    struct store_server store_server;        /* when it is our own */
    const struct object_store_config *store; /* in force; NULL: none */
    struct object_store_config store_config; /* keys inside */
    char store_says[TESTBED_TEXT];           /* "versitygw v1.0.18, embedded"; "" without one */
};

/* A kept broker is left alone when a broker of our own is needed. RC_INPUT: limited links to a
 * cluster of others; RC_INFRA: no broker, no login. On failure nothing is left running. */
enum rc testbed_open(const struct testbed_options *o, struct testbed *out,
                     struct err *e) MUST_CHECK;
/* failed: keep the log of our own broker; its path is then in tb->broker.log_file. */
void testbed_close(struct testbed *tb, bool failed);

/* RC_INFRA with one sentence when a part that should run has ended. Cheap. */
enum rc testbed_check(struct testbed *tb, struct err *e) MUST_CHECK;
/* Of all processes of a part that are ours to read, up to now; -1: there are none. */
int64_t testbed_cpu_ns(const struct testbed *tb, enum testbed_part part);
int64_t testbed_resident_bytes(const struct testbed *tb, enum testbed_part part);

#endif
