#define _GNU_SOURCE
#include "cli/standard_output.h"

#include "base/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_MIN = 40, WIDTH_MAX = 10000 };

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

/* Whether the locale says UTF-8, as setlocale(3) would look it up. */
static bool shows_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = setting(names[i]);
        if (value[0] != '\0')
            return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
    }
    return false;
}

static int width_of_terminal(void)
{
    int64_t columns = 0;
    struct winsize size;
    struct err ignored;
    if (quantity_int(setting("COLUMNS"), WIDTH_MIN, WIDTH_MAX, &columns, &ignored) == RC_OK)
        return (int)columns;
    if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        return size.ws_col;
    return 0;
}

struct terminal_style standard_output_style(void)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    return (struct terminal_style){.width = width_of_terminal(),
                                   .colour = terminal && setting("NO_COLOR")[0] == '\0' &&
                                             strcmp(setting("TERM"), "dumb") != 0,
                                   .ascii = !shows_utf8()};
}

enum rc standard_output_print(const struct buf *text, struct err *e)
{
    if (fwrite(text->data, 1, text->size, stdout) != text->size || fflush(stdout) != 0)
        return err_set(e, RC_INFRA, "cannot write to standard output");
    return RC_OK;
}
