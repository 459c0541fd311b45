/* Histogram logs from anywhere: refused or read, and what was read writes and reads back alike. */
#include "base/hlog.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct hist *h)
{
    const struct hlog_span when = {.start_wall_ns = 0, .length_ns = 0};
    struct hist back;
    struct buf log;
    struct err e;
    size_t found;
    buf_init(&log, (size_t)1 << 22);
    if (hist_init(&back, &e) != RC_OK || hlog_add(&log, "e2e", h, when, &e) != RC_OK ||
        hlog_read(buf_span(&log), "e2e", &back, &found, &e) != RC_OK || found != 1)
        abort();
    if (memcmp(back.counts, h->counts, HIST_SLOTS * sizeof *h->counts) != 0 || back.n != h->n)
        abort();
    hist_release(&back);
    buf_release(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hist h;
    struct err e;
    size_t found;
    if (hist_init(&h, &e) != RC_OK)
        abort();
    if (hlog_read(span_of(data, size), "e2e", &h, &found, &e) == RC_OK && found == 1)
        check_round_trip(&h);
    hist_release(&h);
    return 0;
}
