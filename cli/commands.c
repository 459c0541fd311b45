/* The table of subcommands: one line each. */
#include "cli/commands.h"

#include "cli/command.h"

/* clang-format off */
const struct command *const COMMANDS[] = {
    &CMD_RUN,
    &CMD_CLAIMS,
    &CMD_REPORT,
    &CMD_COMPARE,
    &CMD_GATE,
    &CMD_SELFTEST,
    &CMD_BROKER,
    &CMD_CODEC,
    &CMD_INSPECT,
    &CMD_LIST,
    &CMD_PAYLOAD,
    &CMD_PROBE,
    &CMD_TOPICS,
    &CMD_DOCTOR,
    &CMD_WORKER,
    NULL,
};
/* clang-format on */
