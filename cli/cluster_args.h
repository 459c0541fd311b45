/*
 * The options by which a command is told a cluster: --bootstrap, -X, --client-config.
 *
 * Every command that takes them lists CLUSTER_ARGS_ROWS among its options. Ownership: c is the
 * caller's, initialised. Threads: main only.
 */
#ifndef ASSAY_CLI_CLUSTER_ARGS_H
#define ASSAY_CLI_CLUSTER_ARGS_H

#include "cli/command.h"
#include "core/kafka/cluster.h"

/* clang-format off */
#define CLUSTER_ARGS_ROWS(bootstrap_help)                                                          \
    {.name = "--bootstrap", .value = "HOST:PORT", .help = (bootstrap_help)},                       \
    {.name = "--property", .brief = "-X", .value = "KEY=VALUE",                                    \
     .help = "a property of the client, as librdkafka names it", .repeats = true},                 \
    {.name = "--client-config", .value = "FILE", .help = "a file of such properties"}
/* clang-format on */

/* As given; nothing given is fine. */
enum rc cluster_args_read(const struct args *a, struct cluster *c, struct err *e) MUST_CHECK;
/* As given; else the broker that assay keeps running. *found says whether there is either. */
enum rc cluster_args_find(const struct args *a, struct cluster *c, bool *found,
                          struct err *e) MUST_CHECK;

#endif
