/* Lines that are not trial records are refused; those that are come back the same, read the short
 * way and, with a blank before them, the long way. */
#include "reports/record/record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_or_abort(const struct trial_record *r, struct buf *out)
{
    struct err e;
    buf_init(out, (size_t)1 << 22);
    if (trial_record_write(r, out, &e) != RC_OK)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct trial_record first, second; /* too large for a stack in a loop */
    struct err e;
    struct buf once, twice, again, spaced;
    if (trial_record_read(span_of(data, size), NULL, &first, &e) != RC_OK)
        return 0;
    buf_init(&spaced, size + 1);
    write_or_abort(&first, &once);
    if (trial_record_read(span_of(once.data, once.size), NULL, &second, &e) != RC_OK)
        abort();
    write_or_abort(&second, &twice);
    if (buf_append(&spaced, " ", 1, &e) != RC_OK || buf_append(&spaced, data, size, &e) != RC_OK ||
        trial_record_read(buf_span(&spaced), NULL, &second, &e) != RC_OK)
        abort();
    write_or_abort(&second, &again);
    if (once.size != again.size || memcmp(once.data, again.data, once.size) != 0)
        abort();
    if (once.size != twice.size || memcmp(once.data, twice.data, once.size) != 0)
        abort();
    buf_release(&once);
    buf_release(&twice);
    buf_release(&again);
    buf_release(&spaced);
    return 0;
}
