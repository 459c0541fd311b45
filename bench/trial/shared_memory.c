#define _GNU_SOURCE
#include "bench/trial/shared_memory.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const uint64_t MAGIC = 0x61737361792d736d; /* "assay-sm" */
enum { PAGE = 4096 };

/* --- its layout --- */

static uint64_t layout(void)
{
    return (uint64_t)SHARED_MEMORY_VERSION << 48 | (uint64_t)sizeof(struct shared_memory) << 24 |
           (uint64_t)sizeof(struct worker_slot);
}

static uint64_t page_up(uint64_t size)
{
    return (size + PAGE - 1) / PAGE * PAGE;
}

static uint64_t slots_at(const struct shared_memory_plan *plan)
{
    return page_up(sizeof(struct shared_memory)) + page_up(plan->spec_bytes);
}

static uint64_t total_size(const struct shared_memory_plan *plan)
{
    uint64_t size = slots_at(plan) + page_up(plan->slot_count * sizeof(struct worker_slot));
    for (size_t i = 0; i < plan->slot_count; i++)
        size += page_up(plan->slots[i].region_bytes);
    return size;
}

static void fill(struct shared_memory *m, const struct shared_memory_plan *plan, uint64_t size)
{
    m->magic = MAGIC;
    m->layout = layout();
    m->size = size;
    (void)snprintf(m->workload, sizeof m->workload, "%s", plan->workload);
    m->spec_at = page_up(sizeof *m);
    m->spec_bytes = plan->spec_bytes;
    m->slots_at = slots_at(plan);
    m->slot_count = plan->slot_count;
    if (plan->spec_bytes > 0)
        memcpy(shared_memory_spec(m), plan->spec, plan->spec_bytes);
    uint64_t at = m->slots_at + page_up(plan->slot_count * sizeof(struct worker_slot));
    for (size_t i = 0; i < plan->slot_count; i++) {
        struct worker_slot *s = shared_memory_slot(m, i);
        s->kind = plan->slots[i].kind;
        s->index = plan->slots[i].index;
        s->region_at = at;
        s->region_bytes = plan->slots[i].region_bytes;
        at += page_up(s->region_bytes);
    }
}

/* --- making and mapping it --- */

static enum rc map(int fd, size_t size, int how, struct shared_memory **out, struct err *e)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | how, fd, 0);
    if (at == MAP_FAILED)
        return err_sys(e, RC_INFRA, errno, "cannot map %zu bytes of shared memory", size);
    *out = at;
    return RC_OK;
}

/* In slices: the kernel clears every page, and heeds no Ctrl-C meanwhile. */
static enum rc make_pages(int fd, size_t size, struct shared_memory *m,
                          const volatile sig_atomic_t *stop, struct err *e)
{
    const size_t slice = (size_t)64 << 20;
    for (size_t from = 0; from < size; from += slice) {
        size_t to = size - from < slice ? size : from + slice;
        int trouble = EINTR;
        while (trouble == EINTR && (stop == NULL || *stop == 0))
            trouble = posix_fallocate(fd, (off_t)from, (off_t)(to - from));
        if (trouble == EINTR)
            return err_set(e, RC_INTERRUPTED, "interrupted");
        if (trouble != 0)
            return err_sys(e, RC_INFRA, trouble, "no memory for the ledger of a trial (%zu bytes)",
                           size);
        for (size_t at = from; at < to; at += PAGE)
            *((volatile char *)m + at) = 0;
    }
    return RC_OK;
}

enum rc shared_memory_create(const struct shared_memory_plan *plan, int *fd,
                             struct shared_memory **out, struct err *e)
{
    uint64_t size = total_size(plan);
    struct shared_memory *m = NULL;
    enum rc rc = RC_OK;
    int made = memfd_create("assay-trial", MFD_CLOEXEC);
    if (made < 0)
        return err_sys(e, RC_INFRA, errno, "cannot create the shared memory of a trial");
    if (ftruncate(made, (off_t)size) != 0)
        rc = err_sys(e, RC_INFRA, errno, "no memory for the ledger of a trial (%llu bytes)",
                     (unsigned long long)size);
    if (rc == RC_OK)
        rc = map(made, size, 0, &m, e);
    if (rc == RC_OK)
        rc = make_pages(made, size, m, plan->stop, e);
    if (rc != RC_OK) {
        if (m != NULL)
            (void)munmap(m, size);
        (void)close(made);
        return rc;
    }
    fill(m, plan, size);
    *out = m;
    *fd = made;
    return RC_OK;
}

enum rc shared_memory_map(int fd, struct shared_memory **out, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, RC_INFRA, errno, "descriptor %d is no shared memory", fd);
    uint64_t head[2] = {0, 0};
    ssize_t got = pread(fd, head, sizeof head, 0);
    if (got == (ssize_t)sizeof head && head[0] == MAGIC && head[1] != layout())
        return err_set(e, RC_INPUT,
                       "the shared memory of the trial has layout %llu and this assay's has %llu: "
                       "both must be of one version",
                       (unsigned long long)head[1], (unsigned long long)layout());
    if (st.st_size < (off_t)sizeof(struct shared_memory))
        return err_set(e, RC_INFRA,
                       "descriptor %d holds %lld bytes, too few for the shared memory of a trial",
                       fd, (long long)st.st_size);
    enum rc rc = map(fd, (size_t)st.st_size, MAP_POPULATE, out, e);
    if (rc == RC_OK && ((*out)->magic != MAGIC || (*out)->size != (uint64_t)st.st_size)) {
        (void)munmap(*out, (size_t)st.st_size);
        *out = NULL;
        return err_set(e, RC_INFRA,
                       "descriptor %d is no shared memory of this version of assay (layout %llu)",
                       fd, (unsigned long long)layout());
    }
    return rc;
}

void shared_memory_unmap(struct shared_memory *m)
{
    if (m != NULL)
        (void)munmap(m, (size_t)m->size);
}

/* An address in the mapping. Who may write there is the caller's matter. */
static void *address(const struct shared_memory *m, uint64_t at)
{
    return (char *)(uintptr_t)m + at;
}

void *shared_memory_spec(const struct shared_memory *m)
{
    return address(m, m->spec_at);
}

struct worker_slot *shared_memory_slot(const struct shared_memory *m, size_t i)
{
    return address(m, m->slots_at + i * sizeof(struct worker_slot));
}

void *shared_memory_region(const struct shared_memory *m, size_t slot)
{
    return address(m, shared_memory_slot(m, slot)->region_at);
}

struct worker_slot *shared_memory_find(const struct shared_memory *m, size_t kind, size_t index)
{
    for (size_t i = 0; i < m->slot_count; i++) {
        struct worker_slot *s = shared_memory_slot(m, i);
        if ((size_t)s->kind == kind && (size_t)s->index == index)
            return s;
    }
    return NULL;
}

/* --- requests --- */

bool shared_memory_ask(struct shared_memory *m, enum request_kind kind, size_t slot)
{
    uint32_t place = atomic_load(&m->asked);
    do {
        if (place - atomic_load(&m->answered) >= REQUESTS)
            return false;
    } while (!atomic_compare_exchange_weak(&m->asked, &place, place + 1));
    struct worker_request *r = &m->request[place % REQUESTS];
    r->kind = (int32_t)kind;
    r->slot = (int32_t)slot;
    atomic_store(&r->full, 1);
    return true;
}

bool shared_memory_take_request(struct shared_memory *m, enum request_kind *kind, size_t *slot)
{
    uint32_t next = atomic_load(&m->answered);
    struct worker_request *r = &m->request[next % REQUESTS];
    if (next == atomic_load(&m->asked) || atomic_load(&r->full) == 0)
        return false;
    *kind = (enum request_kind)r->kind;
    *slot = (size_t)r->slot;
    atomic_store(&r->full, 0);
    atomic_store(&m->answered, next + 1);
    return true;
}

/* --- words that move --- */

static void futex_wake(_Atomic uint32_t *word)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void shared_set(_Atomic uint32_t *word, uint32_t value)
{
    atomic_store(word, value);
    futex_wake(word);
}

void shared_wait(_Atomic uint32_t *word, uint32_t seen, int64_t timeout_ns)
{
    struct timespec t = {.tv_sec = timeout_ns / NS_PER_S, .tv_nsec = timeout_ns % NS_PER_S};
    (void)syscall(SYS_futex, word, FUTEX_WAIT, seen, &t, NULL, 0);
}

void worker_progress(struct worker_slot *s, uint32_t count)
{
    uint32_t now = atomic_fetch_add(&s->progress, count) + count;
    uint32_t wanted = atomic_load(&s->wake_at);
    if (wanted != 0 && now >= wanted)
        futex_wake(&s->progress);
}

bool worker_wait_progress(struct shared_memory *m, struct worker_slot *s, uint32_t at_least,
                          int64_t timeout_ns)
{
    struct instant until = instant_after(clock_now(), timeout_ns);
    bool reached = atomic_load(&s->progress) >= at_least;
    if (reached)
        return true;
    atomic_store(&s->wake_at, at_least);
    while (!reached) {
        uint32_t seen = atomic_load(&s->progress);
        reached = seen >= at_least;
        int64_t left_ns = instant_since(until, clock_now());
        bool told = atomic_load(&m->control) == CONTROL_STOP || atomic_load(&m->enough) != 0;
        if (reached || left_ns <= 0 || told)
            break;
        shared_wait(&s->progress, seen, left_ns < 100 * NS_PER_MS ? left_ns : 100 * NS_PER_MS);
    }
    atomic_store(&s->wake_at, 0);
    return reached;
}

bool worker_wait_control(struct shared_memory *m, enum flow_control at_least)
{
    for (;;) {
        uint32_t seen = atomic_load(&m->control);
        if (seen == CONTROL_STOP)
            return false;
        if (seen >= at_least)
            return true;
        shared_wait(&m->control, seen, NS_PER_S);
    }
}

/* --- what a worker says --- */

enum rc worker_note_settings(struct worker_slot *s, const struct settings *in_force, struct err *e)
{
    struct buf text;
    buf_init(&text, sizeof s->settings - 1);
    enum rc rc = settings_write(in_force, &text, e);
    if (rc == RC_OK && text.size > 0)
        memcpy(s->settings, text.data, text.size);
    if (rc == RC_OK)
        s->settings[text.size] = '\0';
    buf_release(&text);
    return rc;
}

void worker_note_refusal(struct worker_slot *s, const char *why, size_t too_large)
{
    if (s->error[0] == '\0')
        (void)snprintf(s->error, sizeof s->error, "%s", why);
    if (s->too_large_bytes == 0)
        s->too_large_bytes = (int64_t)too_large;
}

enum rc worker_fail(struct worker_slot *s, struct err *e)
{
    (void)snprintf(s->error, sizeof s->error, "%s", e->text);
    s->rc = (int32_t)e->rc;
    e->text[0] = '\0';
    shared_set(&s->phase, WORKER_FAILED);
    return e->rc;
}
