#include "bench/plan/preflight.h"

#include "base/fs.h"
#include "base/quantity.h"
#include "bench/measure/host.h"

static const int64_t DISK_RESERVE = 200000000;      /* for the broker's own files and logs */
static const int64_t BROKER_MEMORY = 1500000000;    /* heap and page cache it cannot do without */
static const int64_t BROKER_OF_SEVERAL = 900000000; /* the same of each of several brokers */

enum rc preflight_check(const struct plan *p, const char *folder, bool embedded, struct err *e)
{
    char need[QUANTITY_TEXT];
    char have[QUANTITY_TEXT];
    int64_t free_bytes = 0;
    enum rc rc = fs_free_space(folder, &free_bytes, e);
    if (rc != RC_OK)
        return rc;
    int64_t copies = 1; /* of every record, where several brokers have it */
    int64_t broker_memory = 0;
    for (size_t i = 0; i < p->scenario->brokers_count; i++) {
        int64_t brokers = p->scenario->brokers[i];
        broker_memory += brokers > 1 ? brokers * BROKER_OF_SEVERAL : BROKER_MEMORY;
        copies = brokers > copies ? brokers : copies;
    }
    int64_t disk = DISK_RESERVE + (embedded ? copies * p->disk_bytes : 0);
    if (free_bytes < disk)
        return err_set(e, RC_INFRA,
                       "not enough disk: the largest trial needs %s at %s and %s are free; send "
                       "fewer records, or put the broker elsewhere with ASSAY_TMPDIR=FOLDER",
                       quantity_format_size(disk, need), folder,
                       quantity_format_size(free_bytes, have));
    int64_t memory = p->memory_bytes + (embedded ? broker_memory : 0);
    int64_t available = 0;
    if (host_memory_available(&available) && available < memory)
        return err_set(e, RC_INFRA,
                       "not enough memory: payload pools, ledger and broker need %s and %s are "
                       "available; lower records or pool",
                       quantity_format_size(memory, need), quantity_format_size(available, have));
    return RC_OK;
}
