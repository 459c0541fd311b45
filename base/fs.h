/*
 * Folders and whole files: make, remove, read, write.
 *
 * Paths are NUL-terminated and borrowed. Failures are RC_INFRA and name the path and the system's
 * reason, except where a bound of the caller is passed (RC_INPUT).
 * Threads: safe from any thread as long as two do not work on the same path.
 */
#ifndef ASSAY_BASE_FS_H
#define ASSAY_BASE_FS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { FS_PATH_MAX = 4096 };

/* "folder/name" into out, which holds FS_PATH_MAX bytes; name may be formatted. RC_INPUT when it
 * does not fit. out may not overlap folder. */
enum rc fs_join(char *out, struct err *e, const char *folder, const char *fmt, ...)
    PRINTF_LIKE(4, 5) MUST_CHECK;

/* Copies a path into out, which holds FS_PATH_MAX bytes. RC_INPUT when it does not fit. */
enum rc fs_set(char *out, const char *path, struct err *e) MUST_CHECK;

bool fs_exists(const char *path); /* follows symbolic links */

/* Like mkdir -p, mode 0777 less the umask; an existing folder is fine. */
enum rc fs_make_folder(const char *path, struct err *e) MUST_CHECK;

/* Removes a file or a folder with all below it. Never follows a symbolic link and never leaves the
 * file system the path is on; a path that does not exist is fine. Files that vanish meanwhile are
 * fine. What could not be removed is left, the rest is gone, and the first failure is returned. */
enum rc fs_remove_tree(const char *path, struct err *e) MUST_CHECK;

/* Appends the whole of a regular file to into. RC_INPUT when that passes into's ceiling (into is
 * then unchanged in size). */
enum rc fs_read(const char *path, struct buf *into, struct err *e) MUST_CHECK;
/* Appends at most size bytes from the end of a regular file. */
enum rc fs_read_tail(const char *path, size_t size, struct buf *into, struct err *e) MUST_CHECK;

/* Replaces the file at path in one step (temporary file beside it, fsync, rename): after a crash
 * there is the old content or the new, never a part. mode as for open(2), e.g. 0644. */
enum rc fs_write(const char *path, struct span content, unsigned mode, struct err *e) MUST_CHECK;

/* Bytes an unprivileged process may still write on the file system of path. */
enum rc fs_free_space(const char *path, int64_t *out_bytes, struct err *e) MUST_CHECK;

#endif
