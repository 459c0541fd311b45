/* Every subcommand, one per cli/cmd_NAME.c; commands.c puts them in the order of the help. */
#ifndef ASSAY_CLI_COMMANDS_H
#define ASSAY_CLI_COMMANDS_H

#include "cli/command.h"

extern const struct command CMD_BROKER;
extern const struct command CMD_CLAIMS;
extern const struct command CMD_CODEC;
extern const struct command CMD_COMPARE;
extern const struct command CMD_DOCTOR;
extern const struct command CMD_GATE;
extern const struct command CMD_INSPECT;
extern const struct command CMD_LIST;
extern const struct command CMD_PAYLOAD;
extern const struct command CMD_PROBE;
extern const struct command CMD_REPORT;
extern const struct command CMD_WORKER;
extern const struct command CMD_RUN;
extern const struct command CMD_TOPICS;
extern const struct command CMD_SELFTEST;

#endif
