/*
 * environment.json: under which conditions a run was made, written before the first trial. A run
 * that is continued keeps what the first attempt wrote; each later one adds its time and command.
 *
 * Schema "assay-environment/2". Unknown numbers are NOT_MEASURED and null, unknown texts "".
 * Nothing secret belongs in here: the caller hides passwords and keys.
 * Ownership: plain memory. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_ENVIRONMENT_H
#define ASSAY_REPORTS_RECORD_ENVIRONMENT_H

#include "reports/record/record.h"

#define ENVIRONMENT_SCHEMA "assay-environment/2"
#define ENVIRONMENT_SCHEMA1 "assay-environment/1" /* times were numbers; read, too */
enum {
    ENVIRONMENT_VERSIONS = 16,
    ENVIRONMENT_TEXT = 128,
    ENVIRONMENT_LINE = 1024,
    ENVIRONMENT_NAMES = 2048,
    ENVIRONMENT_ATTEMPTS = 32
};

/* One stretch of measuring; a run that was stopped and continued has several. */
struct environment_attempt {
    int64_t started_wall_ns;
    char command[ENVIRONMENT_LINE]; /* as typed, secrets hidden */
};

struct environment {
    char tool[RECORD_NAME_MAX];        /* "assay 0.1.0" */
    char command[ENVIRONMENT_LINE];    /* as typed, secrets hidden */
    char run[RECORD_NAME_MAX];         /* id: the folder's name */
    char scenarios[ENVIRONMENT_NAMES]; /* names, ", " between */
    char asked[RECORD_SETTINGS_MAX];   /* "SCENARIO=fingerprint\n" each: what its keys said */
    char data[RECORD_SETTINGS_MAX];    /* the same of what its data files held, if it reads any */
    char options[RECORD_SETTINGS_MAX]; /* of the command, "key=value\n" each, that change figures */
    int64_t planned_trials;            /* of all; a run that ended early holds fewer records */
    int64_t started_wall_ns;
    uint64_t seed;
    char system[ENVIRONMENT_TEXT]; /* "Debian GNU/Linux 12 (bookworm)" */
    char kernel[ENVIRONMENT_TEXT];
    char cpu_model[ENVIRONMENT_TEXT];
    int64_t cores; /* that the tool may run on */
    int64_t memory_bytes;
    char clock_source[ENVIRONMENT_TEXT];
    char broker[ENVIRONMENT_TEXT];  /* "Apache Kafka 4.3.1, embedded" or "cluster at host:9092" */
    char pinning[ENVIRONMENT_TEXT]; /* "none", or which role had which cores */
    struct environment_version {
        char name[RECORD_NAME_MAX]; /* "librdkafka"; "": unused row */
        char version[RECORD_NAME_MAX];
    } versions[ENVIRONMENT_VERSIONS];
    char settings[RECORD_SETTINGS_MAX]; /* of the broker, "key=value\n" each, secrets hidden */
    struct environment_attempt attempts[ENVIRONMENT_ATTEMPTS]; /* in order, the first included */
    size_t attempt_count; /* 0: from before attempts were written, or none yet */
};

void environment_init(struct environment *v); /* nothing known */
enum rc environment_write(const struct environment *v, struct buf *out, struct err *e) MUST_CHECK;
/* RC_INPUT: not an environment of this schema. Texts too long are cut. */
enum rc environment_read(struct span text, struct environment *v, struct err *e) MUST_CHECK;

#endif
