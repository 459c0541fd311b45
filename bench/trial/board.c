#define _GNU_SOURCE
#include "bench/trial/board.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const uint64_t MAGIC = 0x61737361792d6264; /* "assay-bd" */
enum { PAGE = 4096 };

static uint64_t layout(void)
{
    return (uint64_t)BOARD_VERSION << 32 | sizeof(struct board);
}

static uint64_t page_up(uint64_t size)
{
    return (size + PAGE - 1) / PAGE * PAGE;
}

/* Messages of its ledger, and images. */
static int64_t messages_of(const struct trial_spec *spec)
{
    return spec->messages > 0 ? spec->messages : spec->records;
}

static int64_t images_of(const struct trial_spec *spec)
{
    return spec->image_max_bytes > 0 ? spec->records : 0;
}

/* Where the arrays of a fresh board lie. */
static void lay_out(struct board *b)
{
    uint64_t messages = (uint64_t)messages_of(&b->spec);
    uint64_t images = (uint64_t)images_of(&b->spec);
    b->sent_at = page_up(sizeof *b);
    b->received_at = b->sent_at + page_up(messages * sizeof(struct sent_entry));
    b->received_room = ledger_received_room((int64_t)messages, b->spec.shared_topic);
    b->images_sent_at = b->received_at + page_up(b->received_room * sizeof(struct received_entry));
    b->images_received_at = b->images_sent_at + page_up(images * sizeof(struct sent_entry));
    b->images_room = images > 0 ? ledger_received_room((int64_t)images, false) : 0;
    b->size = b->images_received_at + page_up(b->images_room * sizeof(struct received_entry));
}

static enum rc map_whole(int fd, size_t size, struct board **out, struct err *e)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (at == MAP_FAILED)
        return err_sys(e, RC_INFRA, errno, "cannot map %zu bytes of ledger", size);
    *out = at;
    return RC_OK;
}

enum rc board_create(const struct trial_spec *spec, int *fd, struct board **out, struct err *e)
{
    struct board *plan = calloc(1, sizeof *plan);
    if (plan == NULL)
        return err_set(e, RC_INFRA, "no memory for a ledger");
    plan->spec = *spec;
    lay_out(plan);
    int64_t size = (int64_t)plan->size;
    free(plan);
    int made = memfd_create("assay-ledger", MFD_CLOEXEC);
    if (made < 0)
        return err_sys(e, RC_INFRA, errno, "cannot create the ledger's memory");
    int trouble = posix_fallocate(made, 0, size);
    enum rc rc = RC_OK;
    if (trouble != 0)
        rc = err_sys(e, RC_INFRA, trouble, "no memory for a ledger of %lld records (%lld bytes)",
                     (long long)spec->records, (long long)size);
    if (rc == RC_OK)
        rc = map_whole(made, (size_t)size, out, e);
    if (rc != RC_OK) {
        close(made);
        return rc;
    }
    struct board *b = *out;
    b->magic = MAGIC;
    b->layout = layout();
    b->spec = *spec;
    lay_out(b);
    *fd = made;
    return RC_OK;
}

enum rc board_map(int fd, struct board **out, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, RC_INFRA, errno, "descriptor %d is no ledger", fd);
    uint64_t head[2] = {0, 0};
    ssize_t got = pread(fd, head, sizeof head, 0);
    if (got == (ssize_t)sizeof head && head[0] == MAGIC && head[1] != layout())
        return err_set(e, RC_INPUT,
                       "the runner's ledger has layout %llu and this assay's has %llu: both must "
                       "be of one version",
                       (unsigned long long)head[1], (unsigned long long)layout());
    if (st.st_size < (off_t)sizeof(struct board))
        return err_set(e, RC_INFRA, "descriptor %d holds %lld bytes, too few for a ledger", fd,
                       (long long)st.st_size);
    enum rc rc = map_whole(fd, (size_t)st.st_size, out, e);
    if (rc == RC_OK && ((*out)->magic != MAGIC || (*out)->size != (uint64_t)st.st_size)) {
        (void)munmap(*out, (size_t)st.st_size);
        *out = NULL;
        return err_set(e, RC_INFRA,
                       "descriptor %d is no ledger of this version of assay (layout %llu)", fd,
                       (unsigned long long)layout());
    }
    return rc;
}

void board_unmap(struct board *b)
{
    if (b != NULL)
        (void)munmap(b, (size_t)b->size);
}

static void futex_wake(_Atomic uint32_t *word)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void board_set(_Atomic uint32_t *word, uint32_t value)
{
    atomic_store(word, value);
    futex_wake(word);
}

void board_wait(_Atomic uint32_t *word, uint32_t seen, int64_t timeout_ns)
{
    struct timespec t = {.tv_sec = timeout_ns / NS_PER_S, .tv_nsec = timeout_ns % NS_PER_S};
    (void)syscall(SYS_futex, word, FUTEX_WAIT, seen, &t, NULL, 0);
}

void board_progress(struct role_state *r, uint32_t records)
{
    uint32_t now = atomic_fetch_add(&r->progress, records) + records;
    uint32_t wanted = atomic_load(&r->wake_at);
    if (wanted != 0 && now >= wanted)
        futex_wake(&r->progress);
}

bool board_wait_progress(struct board *b, struct role_state *r, uint32_t at_least,
                         int64_t timeout_ns)
{
    struct instant until = instant_after(clock_now(), timeout_ns);
    bool reached = atomic_load(&r->progress) >= at_least;
    if (reached)
        return true;
    atomic_store(&r->wake_at, at_least);
    while (!reached) {
        uint32_t seen = atomic_load(&r->progress);
        reached = seen >= at_least;
        int64_t left_ns = instant_since(until, clock_now());
        bool told = atomic_load(&b->control) == CONTROL_STOP || atomic_load(&b->enough) != 0;
        if (reached || left_ns <= 0 || told)
            break;
        board_wait(&r->progress, seen, left_ns < 100 * NS_PER_MS ? left_ns : 100 * NS_PER_MS);
    }
    atomic_store(&r->wake_at, 0);
    return reached;
}

bool board_wait_control(struct board *b, enum board_control at_least)
{
    for (;;) {
        uint32_t seen = atomic_load(&b->control);
        if (seen == CONTROL_STOP)
            return false;
        if (seen >= at_least)
            return true;
        board_wait(&b->control, seen, NS_PER_S);
    }
}

enum rc role_note_settings(struct role_state *r, const struct settings *in_force, struct err *e)
{
    struct buf text;
    buf_init(&text, sizeof r->settings - 1);
    enum rc rc = settings_write(in_force, &text, e);
    if (rc == RC_OK && text.size > 0)
        memcpy(r->settings, text.data, text.size);
    if (rc == RC_OK)
        r->settings[text.size] = '\0';
    buf_release(&text);
    return rc;
}

void board_note_refusal(struct role_state *r, const char *why, size_t too_large)
{
    if (r->error[0] == '\0')
        (void)snprintf(r->error, sizeof r->error, "%s", why);
    if (r->too_large_bytes == 0)
        r->too_large_bytes = (int64_t)too_large;
}

enum rc role_fail(struct role_state *r, struct err *e)
{
    (void)snprintf(r->error, sizeof r->error, "%s", e->text);
    r->rc = (int32_t)e->rc;
    e->text[0] = '\0';
    board_set(&r->phase, ROLE_FAILED);
    return e->rc;
}
