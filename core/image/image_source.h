/*
 * Where the router reads images from: bytes in memory, or a regular file.
 *
 * Errors: RC_INFRA names the path and the system's reason; RC_INTEGRITY when the file became
 * shorter meanwhile. Ownership: a source borrows what it was made of. Threads: one owner.
 */
#ifndef ASSAY_CORE_IMAGE_IMAGE_SOURCE_H
#define ASSAY_CORE_IMAGE_IMAGE_SOURCE_H

#include "base/fs.h"
#include "core/image/route.h"

/* A source over bytes in memory; *bytes must stay where it is while the source is used. */
struct image_source image_source_of(const struct span *bytes);

/* A source over a regular file, read with pread(2). Must not move while it is open. */
struct image_file {
    int fd; /* owned */
    char path[FS_PATH_MAX];
    struct image_source source;
};
enum rc image_file_open(struct image_file *f, const char *path, struct err *e) MUST_CHECK;
void image_file_close(struct image_file *f); /* NULL is fine */

/* All of it, mapped read-only: what image_format_check wants of a large file. No memory is taken,
 * but a file that becomes shorter meanwhile kills the process (SIGBUS): not for files that others
 * write. *out lives until image_file_unmap, also after the file is closed. */
enum rc image_file_map(const struct image_file *f, struct span *out, struct err *e) MUST_CHECK;
void image_file_unmap(struct span mapped);

#endif
