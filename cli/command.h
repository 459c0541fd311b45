/*
 * A subcommand and its options, as data: parsing, --help, completion of typos and the man page all
 * read the same table. Adding a subcommand: one cli/cmd_NAME.c and one line in commands.c.
 *
 * Only cli/ prints and only main exits. A command returns enum rc and leaves the sentence in e.
 * Ownership: struct args borrows argv; its arrays are freed by args_release. Threads: main only.
 */
#ifndef ASSAY_CLI_COMMAND_H
#define ASSAY_CLI_COMMAND_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct option_row {
    const char *name;  /* "--blocks"; NULL ends the table */
    const char *brief; /* "-X", or NULL */
    const char *value; /* "N" in help; NULL for a switch */
    const char *help;  /* one line, lower case, no full stop */
    bool repeats;      /* may be given more than once */
};

struct args {
    const char **names;  /* owned; option name per occurrence, in order */
    const char **values; /* owned; its value, NULL for a switch */
    size_t count;
    const char **operands; /* owned array, borrowed strings; NULL-terminated; all after "--" too */
    size_t operand_count;
};

struct command {
    const char *name;                 /* "codec" */
    const char *operands;             /* "FILE..." for the usage line; "" for none */
    const char *says;                 /* one line for the list of commands */
    const char *about;                /* paragraphs for --help; may be NULL */
    const char *examples;             /* lines "  assay codec a.json   # what it shows" */
    const struct option_row *options; /* ends with a row whose name is NULL; may be NULL */
    bool hidden;                      /* internal roles: not listed */
    enum rc (*run)(const struct args *a, struct err *e);
};

extern const struct command *const COMMANDS[]; /* NULL-terminated */
const struct command *command_find(const char *name);

/* "-h"/"--help" is the caller's business. Errors name the option, and the nearest known one. */
enum rc args_parse(const struct command *c, int argc, char **argv, struct args *out,
                   struct err *e) MUST_CHECK;
void args_release(struct args *a);
bool args_has(const struct args *a, const char *name);
const char *args_value(const struct args *a, const char *name); /* last given, or NULL */
/* The i-th value given to a repeating option, or NULL past the last. */
const char *args_nth(const struct args *a, const char *name, size_t i);

void command_print_help(const struct command *c);
void command_print_list(void); /* assay --help */

/* The exit code of a result, as docs/exit-codes in the man page: OK 0, REGRESSION 1, INPUT 2,
 * UNDECIDED 3, INTEGRITY 4, INFRA 5, BASELINE 6, INTERRUPTED 130. */
int command_exit_code(enum rc rc);

#endif
