#include "cli/command.h"

#include "base/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEAD_MAX = 80,
    GIVEN_SHOWN = 60,
    COMMANDS_SHOWN = 120
}; /* of an option and its value, in help; of a word refused; of names of commands */

const struct command *command_find(const char *name)
{
    for (size_t i = 0; COMMANDS[i] != NULL; i++)
        if (strcmp(COMMANDS[i]->name, name) == 0)
            return COMMANDS[i];
    return NULL;
}

static const struct option_row *option_find(const struct command *c, const char *name,
                                            size_t length)
{
    for (const struct option_row *o = c->options; o != NULL && o->name != NULL; o++) {
        if (strlen(o->name) == length && strncmp(o->name, name, length) == 0)
            return o;
        if (o->brief != NULL && strlen(o->brief) == length && strncmp(o->brief, name, length) == 0)
            return o;
    }
    return NULL;
}

/* "claims and gate": the commands that have an option of that name; whether there are any. */
static bool commands_with(const char *name, char text[COMMANDS_SHOWN])
{
    const char *last = NULL;
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; COMMANDS[i] != NULL; i++) {
        if (COMMANDS[i]->hidden || option_find(COMMANDS[i], name, strlen(name)) == NULL)
            continue;
        if (last != NULL && used < COMMANDS_SHOWN)
            used += (size_t)snprintf(text + used, COMMANDS_SHOWN - used, "%s%s",
                                     used > 0 ? ", " : "", last);
        last = COMMANDS[i]->name;
    }
    if (last != NULL && used < COMMANDS_SHOWN)
        (void)snprintf(text + used, COMMANDS_SHOWN - used, "%s%s", used > 0 ? " and " : "", last);
    return last != NULL;
}

static enum rc unknown_option(const struct command *c, const char *given, struct err *e)
{
    char others[COMMANDS_SHOWN], name[HEAD_MAX];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(given, "="), given);
    if (commands_with(name, others))
        return err_set(e, RC_INPUT, "assay %s: there is no option %s here; it belongs to assay %s",
                       c->name, name, others);
    struct nearest near = {.given = given};
    for (const struct option_row *o = c->options; o != NULL && o->name != NULL; o++)
        nearest_offer(&near, o->name);
    if (near.best != NULL)
        return err_set(e, RC_INPUT, "assay %s: unknown option %s; did you mean %s?", c->name, given,
                       near.best);
    return err_set(e, RC_INPUT, "assay %s: unknown option %.*s; assay %s --help lists the options",
                   c->name, GIVEN_SHOWN, given, c->name);
}

/* Takes the option at argv[i]; *used is how many words it took. */
static enum rc take_option(const struct command *c, char **argv, int left, struct args *out,
                           int *used, struct err *e)
{
    const char *word = argv[0];
    const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const struct option_row *o = option_find(c, word, length);
    if (o == NULL)
        return unknown_option(c, word, e);
    if (!o->repeats && args_has(out, o->name))
        return err_set(e, RC_INPUT, "assay %s: %s is given twice", c->name, o->name);
    *used = 1;
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (o->value == NULL && value != NULL)
        return err_set(e, RC_INPUT, "assay %s: %s takes no value", c->name, o->name);
    if (o->value != NULL && value == NULL) {
        if (left < 2)
            return err_set(e, RC_INPUT, "assay %s: %s needs a value: %s %s", c->name, o->name,
                           o->name, o->value);
        value = argv[1];
        *used = 2;
    }
    out->names[out->count] = o->name;
    out->values[out->count++] = value;
    return RC_OK;
}

enum rc args_parse(const struct command *c, int argc, char **argv, struct args *out, struct err *e)
{
    size_t room = (size_t)argc + 1;
    *out = (struct args){.names = calloc(room, sizeof *out->names),
                         .values = calloc(room, sizeof *out->values),
                         .operands = calloc(room, sizeof *out->operands)};
    enum rc rc = RC_OK;
    bool ended = false; /* "--" was seen: what follows are operands */
    if (out->names == NULL || out->values == NULL || out->operands == NULL)
        rc = err_set(e, RC_INFRA, "out of memory");
    for (int i = 0; rc == RC_OK && i < argc;) {
        int used = 1;
        if (!ended && strcmp(argv[i], "--") == 0)
            ended = true;
        else if (!ended && argv[i][0] == '-' && argv[i][1] != '\0')
            rc = take_option(c, argv + i, argc - i, out, &used, e);
        else
            out->operands[out->operand_count++] = argv[i];
        i += used;
    }
    if (rc != RC_OK)
        args_release(out);
    return rc;
}

void args_release(struct args *a)
{
    if (a == NULL)
        return;
    free(a->names);
    free(a->values);
    free(a->operands);
    *a = (struct args){0};
}

bool args_has(const struct args *a, const char *name)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->names[i], name) == 0)
            return true;
    return false;
}

const char *args_value(const struct args *a, const char *name)
{
    const char *found = NULL;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->names[i], name) == 0)
            found = a->values[i];
    return found;
}

const char *args_nth(const struct args *a, const char *name, size_t i)
{
    for (size_t k = 0; k < a->count; k++)
        if (strcmp(a->names[k], name) == 0 && i-- == 0)
            return a->values[k];
    return NULL;
}

void command_print_help(const struct command *c)
{
    (void)printf("assay %s - %s\n\nUsage: assay %s%s%s%s\n", c->name, c->says, c->name,
                 c->options != NULL && c->options->name != NULL ? " [OPTION...]" : "",
                 c->operands[0] != '\0' ? " " : "", c->operands);
    if (c->about != NULL)
        (void)printf("\n%s\n", c->about);
    if (c->options != NULL && c->options->name != NULL)
        (void)printf("\nOptions:\n");
    for (const struct option_row *o = c->options; o != NULL && o->name != NULL; o++) {
        char head[HEAD_MAX];
        (void)snprintf(head, sizeof head, "%s%s%s%s%s", o->brief != NULL ? o->brief : "",
                       o->brief != NULL ? ", " : "", o->name, o->value != NULL ? " " : "",
                       o->value != NULL ? o->value : "");
        (void)printf("  %-26s %s%s\n", head, o->help, o->repeats ? " (repeatable)" : "");
    }
    (void)printf("  %-26s %s\n", "-h, --help", "show this text");
    if (c->examples != NULL)
        (void)printf("\nExamples:\n%s\n", c->examples);
}

void command_print_list(void)
{
    (void)printf("assay - put claims about Kafka compression and image transport to the test\n\n"
                 "Usage: assay COMMAND [OPTION...] [OPERAND...]\n\nCommands:\n");
    for (size_t i = 0; COMMANDS[i] != NULL; i++)
        if (!COMMANDS[i]->hidden)
            (void)printf("  %-10s %s\n", COMMANDS[i]->name, COMMANDS[i]->says);
    (void)printf(
        "\nExamples:\n"
        "  assay run quick                        first result: codecs on real files, real broker\n"
        "  assay run gzip-vs-zstd --data logs/    the same question on your own files\n"
        "  assay codec access.log                 codecs in memory, no broker\n"
        "  assay inspect TOPIC --bootstrap H:9092 which codec is really stored\n"
        "  assay claims H11 Z19                   is what documents say true?\n"
        "  assay gate --baseline DIR DIR2         did it get slower? for CI\n"
        "\nassay COMMAND --help explains one command; man assay has everything.\n"
        "Exit codes: 0 fine, 1 regression or refuted claim, 2 usage, 3 saturated or undecided,\n"
        "4 data integrity, 5 infrastructure, 6 no baseline, 130 interrupted.\n");
}

int command_exit_code(enum rc rc)
{
    static const int codes[] = {
        [RC_OK] = 0,       [RC_INPUT] = 2,     [RC_INTEGRITY] = 4,  [RC_INFRA] = 5,
        [RC_BASELINE] = 6, [RC_UNDECIDED] = 3, [RC_REGRESSION] = 1, [RC_INTERRUPTED] = 130};
    return codes[rc];
}
