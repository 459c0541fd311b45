#define _GNU_SOURCE
#include "core/s3/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum rc spool_open(struct spool *s, const char *folder, struct err *e)
{
    if (folder[0] == '\0')
        folder = getenv("TMPDIR");
    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    *s = (struct spool){.fd = -1};
    (void)snprintf(s->folder, sizeof s->folder, "%s", folder);
    s->fd = open(s->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->fd < 0)
        return err_sys(e, RC_INFRA, errno, "%s: cannot keep an image there", s->folder);
    return RC_OK;
}

void spool_close(struct spool *s)
{
    if (s->fd >= 0)
        (void)close(s->fd);
    s->fd = -1;
}

enum rc spool_append(struct spool *s, struct span bytes, struct err *e)
{
    while (bytes.size > 0) {
        ssize_t n = pwrite(s->fd, bytes.data, bytes.size, (off_t)s->size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_sys(e, RC_INFRA, errno, "%s: cannot keep %zu bytes of an image", s->folder,
                           bytes.size);
        s->size += n;
        bytes = span_of(bytes.data + n, bytes.size - (size_t)n);
    }
    return RC_OK;
}

enum rc spool_truncate(struct spool *s, struct err *e)
{
    if (ftruncate(s->fd, 0) != 0)
        return err_sys(e, RC_INFRA, errno, "%s: cannot empty a file", s->folder);
    s->size = 0;
    return RC_OK;
}

enum rc spool_read(const struct spool *s, int64_t offset, void *out, size_t size, struct err *e)
{
    uint8_t *to = out;
    while (size > 0) {
        ssize_t n = pread(s->fd, to, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, RC_INFRA, errno, "%s: cannot read an image back", s->folder);
        if (n == 0)
            return err_set(e, RC_INFRA, "%s: an image is shorter than it was", s->folder);
        to += n;
        offset += n;
        size -= (size_t)n;
    }
    return RC_OK;
}

static enum rc read_back(void *ctx, int64_t offset, void *out, size_t size, struct err *e)
{
    return spool_read(ctx, offset, out, size, e);
}

struct image_source spool_source(struct spool *s)
{
    return (struct image_source){.read = read_back, .ctx = s, .size = s->size};
}
