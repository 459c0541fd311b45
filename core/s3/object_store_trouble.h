/*
 * Refusals of an S3 server, in words and as the right kind of failure.
 *
 * Codes: Amazon S3 API Reference, "Error responses". Threads: pure functions.
 */
#ifndef ASSAY_CORE_S3_OBJECT_STORE_TROUBLE_H
#define ASSAY_CORE_S3_OBJECT_STORE_TROUBLE_H

#include "core/s3/object_store_config.h"

/* content: the XML of the answer, or nothing. Returns e->rc, never RC_OK. */
enum rc store_trouble(const struct object_store_config *c, long status, struct span content,
                      struct err *e);

#endif
