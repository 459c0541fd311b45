/*
 * The testbed: what the trials of a run run on, as parts with a life of their own, and who may run
 * on which core.
 *
 * A part is a row of TESTBED_ROWS: link paths, a cluster of one broker, a cluster of three, an
 * object store. It is started when a scenario first needs it and stopped after the last one that
 * does. A cluster is one of our own, the kept broker (one broker only), or one of others.
 * Ownership: testbed_close ends what was started here and leaves all else alone.
 * Threads: main thread only (processes of ours die with the thread that started them).
 */
#ifndef ASSAY_BENCH_TESTBED_TESTBED_H
#define ASSAY_BENCH_TESTBED_TESTBED_H

#include "base/home.h"
#include "bench/plan/plan.h"
#include "bench/testbed/broker/broker_cluster.h"
#include "bench/testbed/link_path.h"
#include "bench/testbed/store/store_server.h"
#include "codecs/codec.h"
#include "core/kafka/admin.h"
#include "core/log/stored.h"
#include "core/s3/object_store_config.h"

enum { TESTBED_TEXT = 256, TESTBED_CODECS = 64, TESTBED_PROCESSES = 8 };

/* In the order in which they are started. A need is a set of parts, bit by bit. */
enum testbed_part {
    TESTBED_LINKS,
    TESTBED_CLUSTER,
    TESTBED_CLUSTER_OF_THREE,
    TESTBED_STORE,
    TESTBED_PARTS
};
#define TESTBED_NEED(part) (1U << (part))
#define TESTBED_CLUSTERS (TESTBED_NEED(TESTBED_CLUSTER) | TESTBED_NEED(TESTBED_CLUSTER_OF_THREE))

/* What trials need, their background loads included: those of a cell (0: it is not run) and those
 * of a plan. Pure. */
unsigned testbed_needs_of(const struct plan_cell *c);
unsigned testbed_needs(const struct plan *p);

/* Codecs and levels that the brokers of a cluster have been warmed with. */
struct testbed_warmth {
    struct codec_spec codec[TESTBED_CODECS];
    size_t count;
    bool off; /* ASSAY_COLD=1, for tests of all but figures: it is measured cold, and says so */
};

struct testbed_options {
    const struct home *home;
    struct cluster *cluster; /* with bootstrap: that cluster; without: set to the one in use */
    const char *const *broker_properties; /* --broker-property; NULL-terminated; may be NULL */
    int64_t heap_bytes;                   /* of each broker of our own; 0: default */
    const char *s3_endpoint, *s3_bucket;  /* the object store of others; NULL: one of our own */
    bool link_delays;                     /* some of the limited links have a delay */
    bool pin;                             /* each role its own cores where there are enough */
    const volatile sig_atomic_t *stop;
};

struct testbed_cluster {
    struct broker_cluster brokers; /* when embedded: ours, or a description of the kept one */
    bool embedded;                 /* ours or kept: its log folders are at hand */
    bool kept;
    struct admin *admin; /* owned */
    struct cluster_identity identity;
    char bootstrap[TESTBED_TEXT];
    char says[TESTBED_TEXT]; /* "Apache Kafka 4.3.1, embedded" */
    struct testbed_warmth warmth;
    int64_t started_wall_ns; /* since the epoch, brokers of our own; 0: not ours, or kept running */
};

struct testbed_process {
    const char *name; /* "broker 2", "versitygw"; static */
    pid_t pid;
    int64_t cpu_ns, resident_bytes; /* up to now; -1: not to be had */
};

struct testbed {
    struct testbed_options options;
    bool foreign;     /* the cluster is one of others */
    unsigned running; /* parts that have been started and not stopped */
    struct testbed_cluster one, three;
    struct link_paths link_paths;
    struct store_server store_server;        /* when it is our own */
    struct object_store_config store_config; /* keys inside */
    char store_says[TESTBED_TEXT];           /* "versitygw v1.0.18, embedded"; "" without one */

    /* What trials read; that of the cluster is about the one in use (testbed_use). */
    struct cluster *cluster; /* borrowed; how to reach it */
    enum testbed_part cluster_part;
    struct admin *admin;
    bool embedded;
    const char *log_folder;         /* of its first broker; NULL: stored batches come by fetch */
    const char *bootstrap;          /* its clients' way in over no link */
    const char *broker_says;        /* in one line */
    int64_t brokers;                /* how many it has */
    const struct link_paths *links; /* over limited links; NULL: there are none */
    const struct object_store_config *store; /* in force; NULL: none */
    char pinning[TESTBED_TEXT];              /* who runs where, or why nobody is pinned */
    char sender_cpus[16], receiver_cpus[16], broker_cpus[64]; /* "": not pinned */
    int64_t cores;                                            /* that all of them share */
};

/* A kind of part. Functions may be NULL where there is nothing to do. */
struct testbed_row {
    const char *name;
    bool (*lacks)(const struct home *h); /* whether what it is started from is not installed */
    bool before_clusters; /* a cluster is started for it: then it is needed from the start on */
    enum rc (*start)(struct testbed *tb, enum testbed_part part, struct err *e);
    enum rc (*restart)(struct testbed *tb, enum testbed_part part, enum broker_ending how,
                       struct err *e); /* on the same ports and data */
    void (*stop)(struct testbed *tb, enum testbed_part part, bool failed);
    enum rc (*check)(struct testbed *tb, enum testbed_part part, struct err *e);
    size_t (*processes)(const struct testbed *tb, enum testbed_part part,
                        struct testbed_process out[TESTBED_PROCESSES]);
    const char *(*describe)(const struct testbed *tb, enum testbed_part part); /* what runs */
};
extern const struct testbed_row *const TESTBED_ROWS[TESTBED_PARTS];

/* Starts nothing yet. */
void testbed_open(const struct testbed_options *o, struct testbed *out);
/* Stops parts that neither `now` nor `later` needs, starts those that `now` lacks, and puts one of
 * its clusters in use. Cheap when all of it runs. RC_INPUT: limited links to a cluster of others,
 * or one that has not the number of brokers; RC_INFRA: a part does not start, no login.
 * testbed_close is needed in any case. */
enum rc testbed_provide(struct testbed *tb, unsigned now, unsigned later, struct err *e) MUST_CHECK;
/* Puts the cluster with so many brokers in use, which runs. Cheap. */
enum rc testbed_use(struct testbed *tb, int64_t brokers, struct err *e) MUST_CHECK;
/* Of the cluster with so many brokers. */
struct testbed_warmth *testbed_warmth(struct testbed *tb, int64_t brokers);
/* When the cluster in use was last started, since the epoch; 0: it was not, here. */
int64_t testbed_started_wall_ns(const struct testbed *tb);
/* Starts the clusters that run anew, which are cold then: one start of a broker is one sample of
 * what starts do. Brokers of others and a kept one go on. */
enum rc testbed_start_anew(struct testbed *tb, struct err *e) MUST_CHECK;
/* failed: keep the logs of our own brokers. */
void testbed_close(struct testbed *tb, bool failed);

/* RC_INFRA with one sentence when a part that should run has ended. Cheap. */
enum rc testbed_check(struct testbed *tb, struct err *e) MUST_CHECK;
/* Ends a part's processes and starts them again on the same ports, folders and data. RC_INPUT: a
 * part that is not ours, or has no process that could be. */
enum rc testbed_restart(struct testbed *tb, enum testbed_part part, enum broker_ending how,
                        struct err *e) MUST_CHECK;

/* Processes of a part that are ours to read; returns how many. */
size_t testbed_processes(const struct testbed *tb, enum testbed_part part,
                         struct testbed_process out[TESTBED_PROCESSES]);
/* Of all of them together; -1: there are none. */
int64_t testbed_cpu_ns(const struct testbed *tb, enum testbed_part part);
int64_t testbed_resident_bytes(const struct testbed *tb, enum testbed_part part);

/* Sets in each range where the segment files of its partition are: at its leader, which alone is
 * sure to hold every batch that was acknowledged. Sizes thus count one replica. */
enum rc testbed_find_segments(struct testbed *tb, const char *topic, struct stored_range *ranges,
                              size_t count, struct err *e) MUST_CHECK;

/* Rows of the table, each in the file of its part. */
extern const struct testbed_row TESTBED_ROW_LINKS, TESTBED_ROW_STORE;
extern const struct testbed_row TESTBED_ROW_CLUSTER, TESTBED_ROW_CLUSTER_OF_THREE;

#endif
