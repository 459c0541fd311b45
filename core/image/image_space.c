#define _GNU_SOURCE
#include "core/image/image_space.h"

#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { OWNER_ONLY = 0600 };

/* Fallback for file systems without O_TMPFILE. */
static int open_and_unlink(const char *folder)
{
    char path[FS_PATH_MAX];
    if (fs_join(path, NULL, folder, "image.XXXXXX") != RC_OK)
        return -1;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static enum rc open_file(struct image_space *s, const char *folder, struct err *e)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, OWNER_ONLY);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
        fd = open_and_unlink(folder);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "making a file in %s", folder);
    bool reserved = fallocate(fd, 0, 0, (off_t)s->size) == 0;
    if (!reserved && errno == EOPNOTSUPP)
        reserved = ftruncate(fd, (off_t)s->size) == 0;
    if (!reserved) {
        (void)err_sys(e, RC_INFRA, errno, "reserving %zu bytes in %s", s->size, folder);
        (void)close(fd);
        return RC_INFRA;
    }
    s->fd = fd;
    return RC_OK;
}

enum rc image_space_open(struct image_space *s, size_t size, const char *folder, struct err *e)
{
    *s = (struct image_space){.fd = -1, .size = size};
    if (folder != NULL)
        return open_file(s, folder, e);
    s->memory = malloc(size);
    return s->memory != NULL
               ? RC_OK
               : err_set(e, RC_INFRA, "out of memory for an image of %zu bytes", size);
}

void image_space_release(struct image_space *s)
{
    free(s->memory);
    if (s->fd >= 0)
        (void)close(s->fd);
    *s = (struct image_space){.fd = -1};
}

enum rc image_space_put(struct image_space *s, size_t offset, struct span bytes, struct err *e)
{
    if (s->memory != NULL) {
        memcpy(s->memory + offset, bytes.data, bytes.size);
        return RC_OK;
    }
    size_t done = 0;
    while (done < bytes.size) {
        ssize_t n = pwrite(s->fd, bytes.data + done, bytes.size - done, (off_t)(offset + done));
        if (n < 0 && errno != EINTR)
            return err_sys(e, RC_INFRA, errno, "writing an image to its file");
        done += n > 0 ? (size_t)n : 0;
    }
    return RC_OK;
}

enum rc image_space_take(struct image_space *s, struct span *out, bool *mapped, struct err *e)
{
    *mapped = s->memory == NULL;
    if (*mapped) {
        void *bytes = mmap(NULL, s->size, PROT_READ, MAP_PRIVATE, s->fd, 0);
        if (bytes == MAP_FAILED)
            return err_sys(e, RC_INFRA, errno, "mapping an image of %zu bytes", s->size);
        *out = span_of(bytes, s->size);
    } else {
        *out = span_of(s->memory, s->size);
        s->memory = NULL;
    }
    image_space_release(s);
    return RC_OK;
}

void image_space_free(struct span taken, bool mapped)
{
    void *bytes = (void *)(uintptr_t)taken.data; /* ours again */
    if (mapped)
        (void)munmap(bytes, taken.size);
    else
        free(bytes);
}
