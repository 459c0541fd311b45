/*
 * Room for the bytes of one image while its pieces arrive: memory, or a file without a name.
 *
 * A file is written with pwrite(2) and mapped only when it is whole, so that what is on its way
 * does not count as memory of this process. Its blocks are reserved at once where the file system
 * can, so that a full disk shows at the first piece.
 * Errors: RC_INFRA. Ownership: one owner; what was taken is freed by image_space_free.
 * Threads: one owner.
 */
#ifndef ASSAY_CORE_IMAGE_IMAGE_SPACE_H
#define ASSAY_CORE_IMAGE_IMAGE_SPACE_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

struct image_space {
    uint8_t *memory; /* owned; NULL when in a file */
    int fd;          /* owned; -1 when in memory */
    size_t size;
};

/* folder NULL: memory. size >= 1. */
enum rc image_space_open(struct image_space *s, size_t size, const char *folder,
                         struct err *e) MUST_CHECK;
void image_space_release(struct image_space *s);

/* The caller knows that offset + bytes.size <= size. */
enum rc image_space_put(struct image_space *s, size_t offset, struct span bytes,
                        struct err *e) MUST_CHECK;
/* All of it; the space is empty then. */
enum rc image_space_take(struct image_space *s, struct span *out, bool *mapped,
                         struct err *e) MUST_CHECK;
void image_space_free(struct span taken, bool mapped);

#endif
