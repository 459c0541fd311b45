/*
 * A cluster of one or three brokers of our own, each in a process and a folder of its own.
 *
 * Every node is broker and controller (combined KRaft, static quorum). With three, topics have a
 * replication factor of 3 and min.insync.replicas 2 unless they say otherwise. One node may be
 * restarted (broker_restart) while the others run.
 * Errors, ownership and threads: as broker.h says.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_CLUSTER_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_CLUSTER_H

#include "bench/testbed/broker/broker.h"

/* The heap of each of several brokers when none is asked for. */
enum { BROKER_HEAP_OF_SEVERAL_MIB = 512 };

struct broker_cluster {
    struct broker node[BROKER_NODES_MAX];
    int nodes;                                             /* 0: closed */
    char bootstrap[BROKER_NODES_MAX * BROKER_ADDRESS_MAX]; /* "127.0.0.1:1,127.0.0.1:2" */
};

/* Starts them all at once and waits until each answers and sees the others. RC_INPUT: neither 1 nor
 * 3 nodes, or options that only one broker takes (port, secure and link listener). */
enum rc broker_cluster_open(const struct broker_options *o, int nodes, struct broker_cluster *out,
                            struct err *e) MUST_CHECK;
void broker_cluster_close(struct broker_cluster *c, bool failed); /* NULL, zeroed: fine */

/* RC_INFRA with the reason when a node has ended. */
enum rc broker_cluster_check(struct broker_cluster *c, struct err *e) MUST_CHECK;

#endif
