/*
 * Writing JSON piece by piece into a buffer, in the order of the calls.
 *
 * The first failure sticks and json_writer_end returns it, so that the calls between need no check.
 * Numbers read back as the same number; text that is not UTF-8 has its bad bytes replaced by
 * '?'; a number that is not finite is a failure that names its field. Names are NULL inside
 * arrays and at the root. Ownership: out is borrowed. Threads: one owner.
 */
#ifndef ASSAY_BASE_JSON_WRITER_H
#define ASSAY_BASE_JSON_WRITER_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { JSON_DEPTH = 16 };
enum json_layout { JSON_ONE_LINE, JSON_INDENTED };

struct json_writer {
    struct buf *out;
    enum json_layout layout;
    enum rc rc;
    struct err err;
    int depth;
    char close[JSON_DEPTH]; /* '}' or ']' of each open level */
    bool begun[JSON_DEPTH]; /* the level has a member, so the next one needs a comma */
};

void json_writer_init(struct json_writer *w, struct buf *out, enum json_layout layout);
void json_write_object(struct json_writer *w, const char *name); /* until json_write_close */
void json_write_array(struct json_writer *w, const char *name);
void json_write_close(struct json_writer *w);
void json_write_text(struct json_writer *w, const char *name, const char *text);
void json_write_int(struct json_writer *w, const char *name, int64_t v);
void json_write_real(struct json_writer *w, const char *name, double v);
void json_write_bool(struct json_writer *w, const char *name, bool v);
void json_write_null(struct json_writer *w, const char *name);
/* Closes nothing: levels still open are a failure, too. No newline is added. */
enum rc json_writer_end(struct json_writer *w, struct err *e) MUST_CHECK;

#endif
