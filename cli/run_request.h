/*
 * What the user asked of `assay run`, read from its options: scenarios, cluster, limits.
 *
 * Ownership: run_request_release frees the cluster (wiping its secrets) and the arrays; texts are
 * borrowed from the arguments. Threads: main only.
 */
#ifndef ASSAY_CLI_RUN_REQUEST_H
#define ASSAY_CLI_RUN_REQUEST_H

#include "base/home.h"
#include "bench/run/ground.h"
#include "cli/command.h"
#include "cli/run_export.h"
#include "core/kafka/cluster.h"
#include "scenarios/scenario.h"

enum { RUN_OVERRIDES = 64 };

struct run_request {
    struct home home;
    char scenarios_folder[HOME_PATH_MAX], data_folder[HOME_PATH_MAX];
    struct scenario_override overrides[RUN_OVERRIDES];
    size_t override_count;
    char blocks[48], partitions[48]; /* overrides made of --blocks and --partitions */
    const char *corpus;              /* --data */
    const char *out;                 /* --out */
    struct cluster cluster;          /* as given by --bootstrap, -X, --client-config */
    const char *broker_properties[RUN_OVERRIDES + 1];
    int64_t heap_bytes;
    const char *topic, *topic_prefix;
    const char *s3_endpoint, *s3_bucket;
    int16_t replication_factor; /* -1: the broker's default */
    double max_rate_per_s;      /* 0: none */
    int64_t max_bytes;          /* of all trials of a scenario; 0: none */
    bool pin, plan_only, quiet, json, resume;
    struct run_export export; /* read; the command opens and closes it */
    char command[1024];       /* as typed, secrets hidden; cut when longer */
};

extern const struct option_row RUN_OPTIONS[];

/* Errors name the option. */
enum rc run_request_read(const struct args *a, struct run_request *out, struct err *e) MUST_CHECK;
void run_request_release(struct run_request *r); /* zeroed is fine */

/* Loads one scenario with the overrides; properties of the scenario are not applied yet. */
enum rc run_request_load(const struct run_request *r, const char *name, struct scenario **out,
                         struct err *e) MUST_CHECK;

/* What the options say of the ground; borrows r. */
struct ground_options run_request_ground(struct run_request *r, const volatile sig_atomic_t *stop);

#endif
