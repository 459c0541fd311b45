/* assay: finds the subcommand, prints what it says went wrong, turns the result into an exit code.
 */
#include "base/nearest.h"
#include "cli/command.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { GIVEN_SHOWN = 60 };

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static enum rc run_command(const struct command *c, int argc, char **argv, struct err *e)
{
    struct args a;
    enum rc rc = args_parse(c, argc, argv, &a, e);
    if (rc != RC_OK)
        return rc;
    rc = c->run(&a, e);
    args_release(&a);
    return rc;
}

static enum rc refuse_unknown(const char *given, struct err *e)
{
    struct nearest near = {.given = given};
    for (size_t i = 0; COMMANDS[i] != NULL; i++)
        if (!COMMANDS[i]->hidden)
            nearest_offer(&near, COMMANDS[i]->name);
    if (near.best != NULL)
        return err_set(e, RC_INPUT, "no command \"%s\"; did you mean %s?", given, near.best);
    return err_set(e, RC_INPUT, "no command \"%.*s\"; assay --help lists them", GIVEN_SHOWN, given);
}

/* What went wrong, in one line; the exit code. */
static int end(enum rc rc, struct err *e)
{
    if (rc != RC_OK && e->text[0] != '\0') {
        err_one_line(e->text);
        (void)fprintf(stderr, "assay: %s\n", e->text);
    }
    return command_exit_code(rc);
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* assay help, and assay help COMMAND. */
static void help(const char *name)
{
    const struct command *c = name != NULL ? command_find(name) : NULL;
    if (c != NULL)
        command_print_help(c);
    else
        command_print_list();
}

/* Whoever starts assay may have closed its standard streams. The next files that are opened would
 * take their places, and be written into. What takes them here can be neither read nor written, so
 * that lost output is told. */
static void open_standard_streams(void)
{
    int fd = open("/dev/null", O_WRONLY);
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDONLY);
    if (fd > STDERR_FILENO)
        (void)close(fd);
}

int main(int argc, char **argv)
{
    open_standard_streams();
    if (argc < 2 || is_help(argv[1])) {
        help(argc > 2 ? argv[2] : NULL);
        return argc < 2 ? command_exit_code(RC_INPUT) : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)printf("assay %s\n", ASSAY_VERSION);
        return 0;
    }
    struct err e = {0};
    const struct command *c = command_find(argv[1]);
    if (c == NULL)
        return end(refuse_unknown(argv[1], &e), &e);
    if (wants_help(argc - 2, argv + 2)) {
        command_print_help(c);
        return 0;
    }
    enum rc rc = run_command(c, argc - 2, argv + 2, &e);
    if ((fflush(stdout) != 0 || ferror(stdout) != 0) && rc == RC_OK)
        rc = err_set(&e, RC_INFRA, "cannot write to standard output");
    return end(rc, &e);
}
