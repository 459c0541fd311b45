/*
 * What `assay codec` prints: a table for people, or one JSON object. Goes to standard output.
 * Threads: main only.
 */
#ifndef ASSAY_CLI_CODEC_CODEC_REPORT_H
#define ASSAY_CLI_CODEC_CODEC_REPORT_H

#include "bench/measure/block_list.h"
#include "bench/measure/codec_trial.h"

struct codec_report {
    const struct block_list *blocks;
    const char *const *files; /* NULL-terminated */
    const struct codec_result *results;
    size_t count;
    size_t repeats;
    int64_t min_time_ns;
};

void codec_report_print(const struct codec_report *r);
enum rc codec_report_print_json(const struct codec_report *r, struct err *e) MUST_CHECK;

#endif
