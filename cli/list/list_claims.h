/*
 * The claims of assay list: a line each, with how each is decided, by document.
 *
 * Threads: one owner.
 */
#ifndef ASSAY_CLI_LIST_LIST_CLAIMS_H
#define ASSAY_CLI_LIST_LIST_CLAIMS_H

#include "base/buf.h"
#include "base/json_writer.h"

enum rc list_claims_text(struct buf *out, struct err *e) MUST_CHECK;
/* As entries of the open array. */
enum rc list_claims_json(struct json_writer *w, struct err *e) MUST_CHECK;

#endif
