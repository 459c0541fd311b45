/*
 * The topics of a trial: a fresh one that takes what the trial sends, the documents' three for
 * routed images, or the shared one as it is.
 *
 * The three have the documents' partitions and settings (core/image/topics.h), and their names
 * behind that of the trial. Where a scenario's own thresholds or batches ask for more than
 * the documents' max.message.bytes, the limit is what they ask for. Their partitions are numbered
 * through, in the order of enum image_topic: the ledger knows these numbers only.
 * Threads: main thread for making and deleting; the rest are pure functions.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_TOPIC_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_TOPIC_H

#include "bench/workload/records/records_shared.h"
#include "core/image/topics.h"

/* Decides which topics these are: fills spec->topics and spec->partitions. Before all else. */
void topic_lay_out(const struct trial_options *g, struct records_spec *spec);
/* Creates them (*made: how many), or sets the start offsets to where the shared one ends now. On
 * failure *made says how many are there all the same. */
enum rc topic_prepare(const struct trial_options *g, const struct plan_cell *c,
                      struct records_spec *spec, int32_t *made, struct err *e) MUST_CHECK;
/* Where each partition of a topic ends now: the offset that its next record gets. */
enum rc topic_latest(struct admin *a, const char *topic, int32_t partitions, int64_t *latest,
                     struct err *e) MUST_CHECK;
/* Notes where the topics end now as the end offsets of the spec. */
enum rc topic_find_ends(const struct trial_options *g, const struct records_spec *spec,
                        struct err *e) MUST_CHECK;
/* Deletes the first so many. left: of TOPIC_NAME_MAX bytes; the first that could not be; "" */
void topic_delete(const struct trial_options *g, const char *name, bool three, int32_t made,
                  char *left);

/* How many there are: 1 or 3. */
size_t topic_count(const struct records_spec *spec);
/* Of the i-th. out holds TOPIC_NAME_MAX bytes. */
enum rc topic_name(const char *trial, bool three, size_t i, char *out, struct err *e) MUST_CHECK;
int32_t topic_partitions(const struct records_spec *spec, size_t i);
/* The number of its first partition. */
int32_t topic_first(const struct records_spec *spec, size_t i);
/* The topic whose partition has this number. */
size_t topic_of_number(const struct records_spec *spec, int32_t number);

/* All names, for clients: name[0] is the first topic, the others stand in more. */
struct topic_names {
    char name[IMAGE_TOPICS][TOPIC_NAME_MAX];
    const char *more[IMAGE_TOPICS];
    size_t more_count;
};
enum rc topic_names(const struct records_spec *spec, struct topic_names *out,
                    struct err *e) MUST_CHECK;

#endif
