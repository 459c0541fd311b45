/* assay worker KIND SLOT PARENT: a worker process of a trial; started by the conductor only. */
#include "base/quantity.h"
#include "bench/trial/worker.h"
#include "cli/commands.h"

#include <limits.h>

static enum rc live_as_worker(const struct args *a, struct err *e)
{
    int64_t slot = 0, parent = 0;
    if (a->operand_count != 3)
        return err_set(e, RC_INPUT, "a worker is started by assay run, not by hand");
    enum rc rc = quantity_int(a->operands[1], 0, INT_MAX, &slot, e);
    if (rc == RC_OK)
        rc = quantity_int(a->operands[2], 1, INT_MAX, &parent, e);
    return rc == RC_OK ? worker_live(a->operands[0], (size_t)slot, (pid_t)parent, e) : rc;
}

const struct command CMD_WORKER = {
    .name = "worker",
    .operands = "KIND SLOT PARENT",
    .says = "one process of a trial; started by assay run",
    .hidden = true,
    .run = live_as_worker,
};
