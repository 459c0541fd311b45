/*
 * How `assay inspect` shows what it found: as a table for people, as JSON for programs.
 *
 * Ownership: everything is borrowed during the call. Threads: main only.
 */
#ifndef ASSAY_CLI_INSPECT_INSPECT_PRINT_H
#define ASSAY_CLI_INSPECT_INSPECT_PRINT_H

#include "base/json_writer.h"
#include "core/log/stored.h"
#include "core/log/stored_level.h"

/* A list of batches being printed: remembers whether its head was. */
struct inspect_list {
    bool begun;
};

void inspect_print_batch(struct inspect_list *l, int32_t partition, const struct stored_batch *b);
void inspect_print_summary(const char *topic, const struct stored_summary *s);

/* An element of the open array. */
void inspect_write_batch(struct json_writer *w, int32_t partition, const struct stored_batch *b);
/* Members of the open object. */
void inspect_write_summary(struct json_writer *w, const struct stored_summary *s);

/* --levels: at which level batches were compressed. Both take ranked levels. */
void inspect_print_levels(const struct stored_levels *l);
/* The member "levels" of the open object. */
void inspect_write_levels(struct json_writer *w, const struct stored_levels *l);

#endif
