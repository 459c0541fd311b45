/* memfd_create and file seals are Linux's own. */
#define _GNU_SOURCE
#include "bench/payload/pool.h"

#include "base/hash.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define POOL_MAGIC UINT64_C(0x314c4f4f50595341) /* "ASYPOOL1", little end first */

enum {
    HEADER_BYTES = 4096,
    FLUSH_BYTES = 1 << 20,
    SLOTS_FIRST = 1024,
    REPEATS_MAX = 1000,
    SEAL_TRIES = 50,
};

/* First bytes of the memfd; both sides run on one host, so the host's own byte order. */
struct pool_header {
    uint64_t magic;
    uint64_t records;
    uint64_t total_bytes;
    uint64_t distinct;
    uint64_t skipped_lines;
    uint64_t slots_offset; /* from the start of the memfd */
};

static enum rc write_all(int fd, const void *data, size_t size, struct err *e)
{
    const uint8_t *at = data;
    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, RC_INFRA, errno, "cannot keep the payload pool in memory");
        at += n;
        size -= (size_t)n;
    }
    return RC_OK;
}

static enum rc flush_pending(struct pool_writer *w, struct err *e)
{
    enum rc rc = write_all(w->fd, w->pending.data, w->pending.size, e);
    if (rc == RC_OK)
        buf_clear(&w->pending);
    return rc;
}

enum rc pool_writer_open(struct pool_writer *w, struct err *e)
{
    *w = (struct pool_writer){.fd = -1};
    buf_init(&w->pending, FLUSH_BYTES);
    w->fd = memfd_create("assay-payload", MFD_ALLOW_SEALING);
    if (w->fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot make the payload pool (memfd_create)");
    if (lseek(w->fd, HEADER_BYTES, SEEK_SET) < 0)
        return err_sys(e, RC_INFRA, errno, "cannot make the payload pool (lseek)");
    return RC_OK;
}

static enum rc reserve_slot(struct pool_writer *w, struct err *e)
{
    if (w->records < w->room)
        return RC_OK;
    size_t room = w->room == 0 ? SLOTS_FIRST : w->room * 2;
    struct payload_slot *slots = realloc(w->slots, room * sizeof *slots);
    if (slots == NULL)
        return err_sys(e, RC_INFRA, errno, "cannot index %zu records", room);
    w->slots = slots;
    w->room = room;
    return RC_OK;
}

/* Small records are gathered, large ones go straight to the memfd. */
static enum rc store(struct pool_writer *w, struct span record, struct err *e)
{
    enum rc rc = RC_OK;
    if (w->pending.size + record.size > FLUSH_BYTES)
        rc = flush_pending(w, e);
    if (rc == RC_OK && record.size > FLUSH_BYTES)
        return write_all(w->fd, record.data, record.size, e);
    if (rc == RC_OK)
        rc = buf_append(&w->pending, record.data, record.size, e);
    return rc;
}

static enum rc append(struct pool_writer *w, struct span record, uint64_t hash, struct err *e)
{
    enum rc rc = reserve_slot(w, e);
    if (rc == RC_OK)
        rc = store(w, record, e);
    if (rc != RC_OK)
        return rc;
    w->slots[w->records++] =
        (struct payload_slot){.offset = w->total_bytes, .size = record.size, .hash = hash};
    w->total_bytes += record.size;
    return RC_OK;
}

static enum rc check_record(struct span record, struct err *e)
{
    if (record.size == 0 || record.size > POOL_RECORD_MAX)
        return err_set(e, RC_INPUT, "a record of %zu bytes: 1 to %d can be sent", record.size,
                       POOL_RECORD_MAX);
    return RC_OK;
}

enum rc pool_writer_add(struct pool_writer *w, struct span record, struct err *e)
{
    enum rc rc = check_record(record, e);
    if (rc != RC_OK)
        return rc;
    uint64_t hash = hash_bytes(record);
    bool is_new = false;
    rc = hash_set_add(&w->seen, hash, &is_new, e);
    return rc == RC_OK ? append(w, record, hash, e) : rc;
}

enum rc pool_writer_add_new(struct pool_writer *w, struct span record, struct err *e)
{
    enum rc rc = check_record(record, e);
    if (rc != RC_OK)
        return rc;
    uint64_t hash = hash_bytes(record);
    bool is_new = false;
    rc = hash_set_add(&w->seen, hash, &is_new, e);
    if (rc != RC_OK)
        return rc;
    if (is_new) {
        w->repeats_in_row = 0;
        return append(w, record, hash, e);
    }
    if (++w->repeats_in_row >= REPEATS_MAX)
        return err_set(e, RC_INPUT, "no more than %zu distinct records of this kind and size",
                       w->records);
    return RC_OK;
}

/* Slots follow the payload at the next multiple of 8. */
static enum rc write_index(struct pool_writer *w, struct err *e)
{
    uint64_t end = HEADER_BYTES + (uint64_t)w->total_bytes;
    struct pool_header header = {
        .magic = POOL_MAGIC,
        .records = w->records,
        .total_bytes = w->total_bytes,
        .distinct = w->seen.size,
        .skipped_lines = w->skipped_lines,
        .slots_offset = (end + 7) / 8 * 8,
    };
    if (lseek(w->fd, (off_t)header.slots_offset, SEEK_SET) < 0)
        return err_sys(e, RC_INFRA, errno, "cannot index the payload pool");
    enum rc rc = write_all(w->fd, w->slots, w->records * sizeof *w->slots, e);
    if (rc == RC_OK && lseek(w->fd, 0, SEEK_SET) < 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot index the payload pool");
    if (rc == RC_OK)
        rc = write_all(w->fd, &header, sizeof header, e);
    return rc;
}

/* The kernel refuses a seal (EBUSY) while it holds a page itself, as when it moves memory about. It
   waits 75 ms for that by itself: several tries outlast it. */
static enum rc seal(int fd, struct err *e)
{
    int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    for (int tries = 1; fcntl(fd, F_ADD_SEALS, seals) != 0; tries++)
        if (errno != EBUSY || tries == SEAL_TRIES)
            return err_sys(e, RC_INFRA, errno, "cannot seal the payload pool");
    return RC_OK;
}

enum rc pool_writer_finish(struct pool_writer *w, struct payload_pool *out, struct err *e)
{
    *out = (struct payload_pool){.fd = -1};
    if (w->records == 0)
        return err_set(e, RC_INPUT, "no records in it%s",
                       w->skipped_lines > 0 ? ", only empty lines or an empty file" : "");
    enum rc rc = flush_pending(w, e);
    if (rc == RC_OK)
        rc = write_index(w, e);
    if (rc == RC_OK)
        rc = seal(w->fd, e);
    if (rc != RC_OK)
        return rc;
    int fd = w->fd;
    w->fd = -1;
    rc = payload_pool_map(fd, out, e);
    if (rc == RC_OK) {
        out->damaged = w->damaged;
        memcpy(out->damage, w->damage, sizeof out->damage);
    }
    pool_writer_release(w);
    return rc;
}

void pool_writer_release(struct pool_writer *w)
{
    if (w == NULL)
        return;
    if (w->fd >= 0)
        (void)close(w->fd);
    free(w->slots);
    buf_release(&w->pending);
    hash_set_release(&w->seen);
    *w = (struct pool_writer){.fd = -1};
}

/* Every offset and size must lie inside the mapping: it came from another process. */
static enum rc check_bounds(const struct pool_header *h, size_t mapping_bytes, struct err *e)
{
    if (h->magic != POOL_MAGIC)
        return err_set(e, RC_INPUT, "not a payload pool (wrong magic)");
    uint64_t body = (uint64_t)mapping_bytes - HEADER_BYTES;
    uint64_t slots_end = (uint64_t)mapping_bytes - h->slots_offset;
    bool fits = h->slots_offset >= HEADER_BYTES && h->slots_offset <= mapping_bytes &&
                h->slots_offset % 8 == 0 && h->total_bytes <= body &&
                h->slots_offset - HEADER_BYTES >= h->total_bytes &&
                h->records <= slots_end / sizeof(struct payload_slot) && h->records > 0;
    if (!fits)
        return err_set(e, RC_INPUT, "a damaged payload pool (its index does not fit in it)");
    return RC_OK;
}

/* Records lie side by side in the order of their numbers. */
static enum rc check_slots(const struct payload_pool *p, struct err *e)
{
    uint64_t end = 0;
    for (size_t i = 0; i < p->records; i++) {
        const struct payload_slot *s = &p->slots[i];
        if (s->offset != end || s->size > p->total_bytes - end)
            return err_set(e, RC_INPUT, "a damaged payload pool (record %zu is out of place)", i);
        end += s->size;
    }
    return RC_OK;
}

static enum rc map_whole(int fd, struct payload_pool *p, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, RC_INPUT, errno, "not a payload pool (fd %d)", fd);
    if (!S_ISREG(st.st_mode) || st.st_size < HEADER_BYTES)
        return err_set(e, RC_INPUT, "not a payload pool (fd %d is too small)", fd);
    void *mapping = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (mapping == MAP_FAILED)
        return err_sys(e, RC_INFRA, errno, "cannot map the payload pool");
    p->mapping = mapping;
    p->mapping_bytes = (size_t)st.st_size;
    return RC_OK;
}

static enum rc read_index(struct payload_pool *p, struct err *e)
{
    const struct pool_header *h = p->mapping;
    assert(h != NULL);
    enum rc rc = check_bounds(h, p->mapping_bytes, e);
    if (rc != RC_OK)
        return rc;
    p->bytes = (const uint8_t *)p->mapping + HEADER_BYTES;
    p->slots = (const void *)((const uint8_t *)p->mapping + h->slots_offset);
    p->records = (size_t)h->records;
    p->total_bytes = (size_t)h->total_bytes;
    p->distinct = (size_t)h->distinct;
    p->skipped_lines = (size_t)h->skipped_lines;
    return check_slots(p, e);
}

enum rc payload_pool_map(int fd, struct payload_pool *out, struct err *e)
{
    struct payload_pool p = {.fd = fd};
    enum rc rc = map_whole(fd, &p, e);
    if (rc == RC_OK)
        rc = read_index(&p, e);
    if (rc != RC_OK)
        payload_pool_release(&p);
    *out = p;
    return rc;
}

void payload_pool_release(struct payload_pool *p)
{
    if (p == NULL)
        return;
    if (p->mapping != NULL)
        (void)munmap(p->mapping, p->mapping_bytes);
    if (p->fd > STDERR_FILENO) /* a zeroed struct has no descriptor to close */
        (void)close(p->fd);
    *p = (struct payload_pool){.fd = -1};
}
