/*
 * Bytes on their way that are too many for memory: a file without a name, gone with the process.
 *
 * Errors: RC_INFRA names the folder and the system's reason. Threads: one owner.
 */
#ifndef ASSAY_CORE_S3_SPOOL_H
#define ASSAY_CORE_S3_SPOOL_H

#include "core/image/route.h"

enum { SPOOL_FOLDER_TEXT = 4096 };

struct spool {
    int fd;
    int64_t size; /* bytes appended */
    char folder[SPOOL_FOLDER_TEXT];
};

/* folder "": TMPDIR, or /tmp. */
enum rc spool_open(struct spool *s, const char *folder, struct err *e) MUST_CHECK;
void spool_close(struct spool *s);
enum rc spool_append(struct spool *s, struct span bytes, struct err *e) MUST_CHECK;
enum rc spool_truncate(struct spool *s, struct err *e) MUST_CHECK; /* to nothing */
enum rc spool_read(const struct spool *s, int64_t offset, void *out, size_t size,
                   struct err *e) MUST_CHECK;
/* The spool as the source of an image; it must not move meanwhile. */
struct image_source spool_source(struct spool *s);

#endif
