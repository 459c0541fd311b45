#define _GNU_SOURCE
#include "cli/progress.h"

#include "base/quantity.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 160 };

void progress_start(struct progress *p, bool quiet)
{
    const char *term = getenv("TERM");
    *p = (struct progress){.quiet = quiet,
                           .terminal = isatty(STDERR_FILENO) == 1 && term != NULL &&
                                       strcmp(term, "dumb") != 0};
}

void progress_end(struct progress *p)
{
    if (p->line_open)
        (void)fputs("\r\033[K", stderr);
    p->line_open = false;
}

void progress_say(struct progress *p, const char *fmt, ...)
{
    if (p->quiet)
        return;
    progress_end(p);
    va_list ap;
    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputc('\n', stderr);
}

static void format_result(const struct trial_record *r, char *text, size_t size)
{
    const struct trial_cell *c = &r->cell;
    bool limited = c->link[0] != '\0' && strcmp(c->link, "unlimited") != 0;
    int n = snprintf(text, size, "%s %s %s%s%s", r->trial, c->arm[0] != '\0' ? c->arm : c->codec,
                     c->payload, limited ? ", " : "", limited ? c->link : "");
    size_t at = n > 0 && (size_t)n < size ? (size_t)n : size - 1;
    if (r->validity == TRIAL_VOID)
        (void)snprintf(text + at, size - at, "  VOID: %.100s", r->why);
    else if (r->ratio > 0)
        (void)snprintf(text + at, size - at, "  ratio %.2f  %.0f records/s", r->ratio,
                       r->throughput.records_per_s);
}

/* A log gets a line per trial that was finished, and one per step that begins. */
static void show_plain(struct progress *p, const struct run_progress *r, const char *left)
{
    char result[LINE];
    if (r->record != NULL) {
        format_result(r->record, result, sizeof result);
        (void)fprintf(stderr, "[%zu/%zu] %s%s%s%s\n", r->done, r->total, result,
                      r->done < r->total ? "  (about " : "", r->done < r->total ? left : "",
                      r->done < r->total ? " left)" : "");
    } else if (p->doing == NULL || strcmp(p->doing, r->doing) != 0) {
        (void)fprintf(stderr, "%s\n", r->doing);
    }
    p->doing = r->doing;
}

static void show_rewritten(struct progress *p, const struct run_progress *r, const char *left)
{
    char result[LINE] = "";
    if (r->record != NULL)
        format_result(r->record, result, sizeof result);
    if (r->record != NULL && r->record->validity == TRIAL_VOID) {
        progress_say(p, "%s", result);
        return;
    }
    (void)fprintf(stderr, "\r\033[K%s %zu/%zu, about %s left  %.60s", r->doing, r->done, r->total,
                  left, result);
    (void)fflush(stderr);
    p->line_open = true;
}

void progress_show(void *ctx, const struct run_progress *r)
{
    struct progress *p = ctx;
    char left[QUANTITY_TEXT];
    if (p->quiet)
        return;
    (void)quantity_format_wait(r->left_ns > 0 ? r->left_ns : 0, left);
    if (p->terminal)
        show_rewritten(p, r, left);
    else
        show_plain(p, r, left);
}

void progress_line(void *ctx, enum say_kind kind, const char *line)
{
    struct progress *p = ctx;
    if (kind == SAY_STEP) {
        progress_say(p, "%s", line);
        return;
    }
    progress_end(p);
    (void)printf("%s\n", line);
    (void)fflush(stdout); /* hours may pass until the next line */
}
