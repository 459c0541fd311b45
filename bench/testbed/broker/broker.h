/*
 * A real Apache Kafka broker (KRaft) of our own, in a child process; broker_cluster.h makes a
 * cluster of several.
 *
 * broker_open gives a broker that answers on a free port, in a temporary folder of its own;
 * broker_close ends it and removes the folder. An owned broker dies with the process that opened
 * it, even after SIGKILL; its folder is then removed by the next broker_open. A kept broker
 * (broker_keep.h) outlives the process. Its log stays in VAR/log when something failed.
 * Errors: RC_INPUT for impossible options, RC_INFRA with one sentence and the log's path for the
 * rest, RC_INTERRUPTED when *stop became true. Out parameters are empty and need no close then.
 * Threads: broker_open must be called from the thread that lives as long as the broker is needed
 * (the kernel ties the child to the thread); the other functions from one thread at a time.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_H

#include "base/clock.h"
#include "base/err.h"
#include "base/home.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    BROKER_ADDRESS_MAX = 64,
    BROKER_HEAP_DEFAULT_MIB = 1024,
    BROKER_HEAP_MIN_MIB = 256,
    BROKER_SECRET_MAX = 33,
    BROKER_NODES_MAX = 3,
};

/* The brokers of a cluster; each of them is a voter of the controllers' quorum as well. */
struct broker_quorum {
    int nodes;                              /* 1 to BROKER_NODES_MAX */
    int controller_ports[BROKER_NODES_MAX]; /* of node 1, 2, ... */
};

struct broker_options {
    const struct home *home;   /* where the jars are; required */
    int64_t heap_bytes;        /* 0: BROKER_HEAP_DEFAULT_MIB */
    int64_t message_max_bytes; /* 0: 1 GiB; largest batch the broker takes */
    int port;                  /* 0: a free one */
    const char *folder;        /* parent of the temporary folder; NULL: ASSAY_TMPDIR or VAR/tmp */
    const char *const *properties;      /* borrowed "key=value"; NULL-terminated; NULL: none */
    const char *link_listen;            /* "HOST:PORT" to listen on as well, plain; NULL: none */
    const char *link_advertised;        /* what clients that come there are told */
    const struct broker_quorum *quorum; /* borrowed; NULL: this broker alone */
    int node;                           /* of that quorum, from 1; without one it is node 1 */
    bool secure;                        /* SASL_SSL with PLAIN beside the plain listener */
    const volatile sig_atomic_t *stop;  /* borrowed; ends the wait for readiness; may be NULL */
};

struct broker {
    char bootstrap[BROKER_ADDRESS_MAX];        /* "127.0.0.1:39201", PLAINTEXT */
    char secure_bootstrap[BROKER_ADDRESS_MAX]; /* "127.0.0.1:39202", SASL_SSL; empty when not secure
                                                */
    char user[BROKER_SECRET_MAX];              /* of the secure listener; empty when not secure */
    char password[BROKER_SECRET_MAX];          /* same; never print it in a report */
    char ca_file[HOME_PATH_MAX];               /* PEM certificate of the throw-away CA */
    char folder[HOME_PATH_MAX];     /* everything of this broker, removed by broker_close */
    char log_folder[HOME_PATH_MAX]; /* Kafka's log.dirs: segment files are in TOPIC-PARTITION/ */
    char log_file[HOME_PATH_MAX];   /* what the broker itself printed */
    char version[32];               /* of Kafka, from the jar's name: "4.3.1" */
    int64_t heap_bytes;
    int64_t ready_ns;        /* from fork to the first answered metadata request */
    struct instant started;  /* the fork */
    pid_t pid;               /* of the JVM; 0 when closed */
    int lock;                /* file whose flock says the folder is in use; -1 when closed */
    bool ended;              /* the JVM was seen to have ended; wait_status is valid */
    int wait_status;         /* as from waitpid(2) */
    int64_t ended_cpu_ns;    /* CPU time of this broker's processes that have ended */
    const struct home *home; /* borrowed; NULL: a kept broker, which cannot be restarted here */
    int port;                /* of the plain listener */
    int nodes;               /* of its cluster */
};

/* Removes stale folders, starts a broker and waits until it answers (at most 2 min). */
enum rc broker_open(const struct broker_options *o, struct broker *out, struct err *e) MUST_CHECK;

/* Ends the broker (SIGKILL: nothing in it is kept) and removes its folder. failed: keep the log
 * file in VAR/log and leave its path in b->log_file. NULL and a closed broker are fine. */
void broker_close(struct broker *b, bool failed);

/* Ends the broker's process (SIGTERM and, after 20 s, SIGKILL; or SIGKILL at once) and starts it
 * again on the same ports, folder and data; waits until it answers. RC_INFRA: it did not; it is
 * ended then, and may be restarted again. */
enum broker_ending { BROKER_END_GRACEFULLY, BROKER_END_KILLED };
enum rc broker_restart(struct broker *b, enum broker_ending how, const volatile sig_atomic_t *stop,
                       struct err *e) MUST_CHECK;

/* CPU time of all its processes up to now, those that have ended included. */
int64_t broker_cpu_ns(const struct broker *b);

/* Whether the JVM still runs. Cheap: one waitpid(2). */
bool broker_alive(struct broker *b);

/* Why a broker is dead, as one sentence with the cause and the log's path; e->rc is RC_INFRA. */
enum rc broker_why_dead(struct broker *b, struct err *e);

#endif
