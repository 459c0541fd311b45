/*
 * The tests and bands a run is judged by, kept in its folder, so that claims that change later do
 * not rewrite an old ledger.
 *
 * FOLDER/claims holds the files of the claims asked about, as they were when the run began. Reports
 * judge by them; where those that are known now differ, that is said, and --resume refuses.
 * Threads: main only.
 */
#ifndef ASSAY_BENCH_CLAIMS_CLAIMS_STORED_H
#define ASSAY_BENCH_CLAIMS_CLAIMS_STORED_H

#include "bench/claims/claims_request.h"
#include "reports/record/folder.h"

#define CLAIMS_STORED "claims"
enum { CLAIMS_STORED_NAME = 256 };

/* Copies the files of the claims asked about; does nothing when the folder has them already. */
enum rc claims_stored_write(const struct claims_request *r, struct folder *f,
                            struct err *e) MUST_CHECK;
/* Where a folder keeps them; "" when it was made before they were kept. out holds FS_PATH_MAX. */
enum rc claims_stored_find(const char *folder, char *out, struct err *e) MUST_CHECK;
/* The name of the first file of the claims asked about that is not among them; "". */
enum rc claims_stored_lacks(const char *stored, const struct claims_request *r, char *name,
                            struct err *e) MUST_CHECK;
/* The name of the first file that `known`, a folder of claims, has not, or otherwise; "". name
 * holds CLAIMS_STORED_NAME bytes. */
enum rc claims_stored_changed(const char *stored, const char *known, char *name,
                              struct err *e) MUST_CHECK;

#endif
