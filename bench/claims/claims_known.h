/*
 * The documented claims that come with the tool, with what they may name: metrics and probes.
 *
 * Ownership: claims_free frees what claims_known_load hands out. Threads: main only.
 */
#ifndef ASSAY_BENCH_CLAIMS_CLAIMS_KNOWN_H
#define ASSAY_BENCH_CLAIMS_CLAIMS_KNOWN_H

#include "base/home.h"
#include "scenarios/claim.h"

/* CLAIMS_FOLDER of the data home, or ASSAY_CLAIMS when that is set: a folder of one's own claims,
 * whose measure/ holds the scenarios they name. out holds HOME_PATH_MAX bytes. */
enum rc claims_known_folder(const struct home *home, char *out, struct err *e) MUST_CHECK;
enum rc claims_known_load(const struct home *home, struct claims *out, struct err *e) MUST_CHECK;
/* Those that a result folder keeps (claims_stored.h), which may name the same metrics and probes.
 */
enum rc claims_known_load_kept(const char *folder, struct claims *out, struct err *e) MUST_CHECK;

#endif
