/*
 * How `assay inspect --levels` shows at which level batches were compressed.
 *
 * Ownership: everything is borrowed during the call. Threads: main only.
 */
#ifndef ASSAY_CLI_INSPECT_LEVELS_H
#define ASSAY_CLI_INSPECT_LEVELS_H

#include "base/json_writer.h"
#include "core/log/stored_level.h"

/* Both take ranked levels. */
void inspect_print_levels(const struct stored_levels *l);
/* The member "levels" of the open object. */
void inspect_write_levels(struct json_writer *w, const struct stored_levels *l);

#endif
