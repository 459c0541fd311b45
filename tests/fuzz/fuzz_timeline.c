/* Timelines from anywhere: refused or read, and what was read writes and reads back alike. */
#include "reports/record/timeline.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct timeline first, second;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {0};
    struct buf text;
    if (timeline_read(span_of(data, size), &first, &e) != RC_OK) {
        if (e.text[0] == '\0')
            abort();
        return 0;
    }
    buf_init(&text, (size_t)1 << 20);
    if (timeline_write(&first, "c01.b01", &text, &e) != RC_OK ||
        timeline_read(buf_span(&text), &second, &e) != RC_OK || first.points != second.points ||
        first.series_count != second.series_count || first.event_count != second.event_count)
        abort();
    buf_release(&text);
    return 0;
}
