/* assay role sender|receiver PARENT: a role process of a trial; started by the runner only. */
#include "base/quantity.h"
#include "bench/trial/role.h"
#include "cli/commands.h"

#include <limits.h>
#include <string.h>

static enum rc run(const struct args *a, struct err *e)
{
    if (a->operand_count != 2)
        return err_set(e, RC_INPUT, "a role is started by assay run, not by hand");
    bool sender = strcmp(a->operands[0], ROLE_NAMES[ROLE_SENDER]) == 0;
    bool receiver = strcmp(a->operands[0], ROLE_NAMES[ROLE_RECEIVER]) == 0;
    if (!sender && !receiver)
        return err_set(e, RC_INPUT, "no role '%s'; there are sender and receiver", a->operands[0]);
    int64_t parent = 0;
    enum rc rc = quantity_int(a->operands[1], 1, INT_MAX, &parent, e);
    if (rc != RC_OK)
        return rc;
    return role_live(sender ? ROLE_SENDER : ROLE_RECEIVER, (pid_t)parent, e);
}

const struct command CMD_ROLE = {
    .name = "role",
    .operands = "sender|receiver PARENT",
    .says = "one side of a trial; started by assay run",
    .hidden = true,
    .run = run,
};
