#define _GNU_SOURCE
#include "scenarios/load_trace.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/fs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_MAX_BYTES = 1 << 28, CELL_TEXT = 64, HEAD_SHOWN = 100 };

struct trace {
    const char *path;
    const struct trace_part *part;
    int line;
    int time_at, value_at; /* columns, from 0 */
    double first_s;        /* recorded time of the first row */
    double begin_s, value; /* of the row before */
    double lasted_s;       /* how long the step before it was */
    struct load_step *steps;
    size_t count;
    double largest;
    int64_t ended_ns; /* in the replay */
};

static enum rc refuse(const struct trace *t, const char *column, const char *found,
                      const char *expected, struct err *e)
{
    return err_set(e, RC_INPUT, "%s:%d: %s: found \"%.40s\"; expected %s", t->path, t->line, column,
                   found, expected);
}

/* Where a column ends: at a comma outside quotes, or with the line. */
static const char *column_end(const char *at)
{
    bool quoted = false;
    for (; *at != '\0' && (quoted || *at != ','); at++)
        quoted = quoted != (*at == '"');
    return at;
}

/* The n-th of a line's columns, without blanks and quotes around it, and marked "..." where it is
 * too long to be a time, a number or a name; false: the line has fewer. */
static bool column_of(const char *line, int n, char *out)
{
    const char *end = column_end(line);
    for (; n > 0; n--) {
        if (*end == '\0')
            return false;
        line = end + 1;
        end = column_end(line);
    }
    while (line < end && *line == ' ')
        line++;
    while (line < end && (end[-1] == ' ' || end[-1] == '\r'))
        end--;
    if (end - line >= 2 && *line == '"' && end[-1] == '"') {
        line++;
        end--;
    }
    size_t size = (size_t)(end - line), fits = CELL_TEXT - sizeof "...";
    (void)snprintf(out, CELL_TEXT, "%.*s%s", (int)(size < fits ? size : fits), line,
                   size > fits ? "..." : "");
    return true;
}

/* -1: there is none of that name, or more than one. */
static int find_column(const char *head, const char *name)
{
    char cell[CELL_TEXT];
    int found = 0, at = -1;
    for (int i = 0; column_of(head, i, cell); i++)
        if (strcmp(cell, name) == 0 && found++ == 0)
            at = i;
    return found == 1 ? at : -1;
}

/* key: of the scenario, which names it. */
static enum rc refuse_column(const struct trace *t, const char *head, const char *key,
                             const char *name, struct err *e)
{
    size_t shown = strcspn(head, "\r");
    return err_set(e, RC_INPUT,
                   "%s:1: found the columns %.*s; expected one called \"%s\", or in the scenario "
                   "%s: and the name of another",
                   t->path, (int)(shown < HEAD_SHOWN ? shown : HEAD_SHOWN), head, name, key);
}

static enum rc read_head(struct trace *t, const char *line, struct err *e)
{
    t->time_at = find_column(line, t->part->time);
    t->value_at = find_column(line, t->part->column);
    if (t->time_at < 0)
        return refuse_column(t, line, "time", t->part->time, e);
    return t->value_at < 0 ? refuse_column(t, line, "column", t->part->column, e) : RC_OK;
}

/* Days since 1970-01-01 of a date in the Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, of_era = y % 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool parse_number(const char *text, double *out)
{
    char *end = NULL;
    *out = strtod(text, &end);
    return end != text && text[strspn(text, "0123456789+-.eE")] == '\0' && *end == '\0' &&
           isfinite(*out);
}

/* What follows minutes: ":30" or ":30.5", at most one leap second; and then nothing, or "Z". */
static bool parse_seconds(const char *text, double *out)
{
    char *end = NULL;
    if (*text == ':') {
        *out = strtod(text + 1, &end);
        size_t size = strspn(text + 1, "0123456789.");
        if (size == 0 || end != text + 1 + size || *out >= 61)
            return false;
        text = end;
    }
    return *text == '\0' || strcmp(text, "Z") == 0;
}

static bool has_day(int year, int month, int day)
{
    return month == 12 || days_of(year, month, day) < days_of(year, month + 1, 1);
}

static bool parse_time(const char *text, double *out_s)
{
    struct tm t = {0};
    double second = 0;
    if (parse_number(text, out_s))
        return true;
    const char *end = strptime(text, "%Y-%m-%d", &t);
    if (end != NULL && (*end == ' ' || *end == 'T'))
        end = strptime(end + 1, "%H:%M", &t);
    else
        end = NULL;
    int year = t.tm_year + 1900;
    if (end == NULL || year < 1 || !has_day(year, t.tm_mon + 1, t.tm_mday) ||
        !parse_seconds(end, &second))
        return false;
    *out_s = (double)days_of(year, t.tm_mon + 1, t.tm_mday) * 86400 + t.tm_hour * 3600.0 +
             t.tm_min * 60.0 + second;
    return true;
}

/* The step of the row before, which holds until end_s; *done: the part is whole. */
static enum rc add_step(struct trace *t, double end_s, bool *done, struct err *e)
{
    double end_ns = (end_s - t->first_s) / t->part->speed * NS_PER_S;
    t->lasted_s = end_s - t->begin_s;
    if (t->part->for_ns > 0 && end_ns >= (double)t->part->for_ns) {
        end_ns = (double)t->part->for_ns;
        *done = true;
    }
    if (end_ns > (double)INT64_MAX / 2)
        return err_set(e, RC_INPUT,
                       "%s:%d: found a time centuries after the first; expected for:", t->path,
                       t->line);
    int64_t ns = (int64_t)end_ns - t->ended_ns;
    if (ns <= 0)
        return RC_OK;
    if (t->count == LOAD_STEPS_MAX)
        return err_set(e, RC_INPUT,
                       "%s:%d: found more than %d values to replay; expected fewer, such as those "
                       "of for: 60 s",
                       t->path, t->line, LOAD_STEPS_MAX);
    t->steps[t->count++] = (struct load_step){.rate_per_s = t->value, .ns = ns};
    t->ended_ns += ns;
    t->largest = t->value > t->largest ? t->value : t->largest;
    return RC_OK;
}

static enum rc read_row(struct trace *t, const char *line, bool first, bool *done, struct err *e)
{
    char time[CELL_TEXT] = "", value[CELL_TEXT] = "";
    double at_s = 0, load = 0;
    if (!column_of(line, t->time_at, time) || !parse_time(time, &at_s))
        return refuse(t, t->part->time, time, "a time such as 2014-07-01 00:30:00, or seconds", e);
    if (!column_of(line, t->value_at, value) || !parse_number(value, &load) || load < 0)
        return refuse(t, t->part->column, value, "a number, 0 or more", e);
    if (!first && at_s <= t->begin_s)
        return refuse(t, t->part->time, time, "a time after that of the line before", e);
    if (first)
        t->first_s = at_s;
    enum rc rc = first ? RC_OK : add_step(t, at_s, done, e);
    t->begin_s = at_s;
    t->value = load;
    return rc;
}

static enum rc read_lines(struct trace *t, char *text, struct err *e)
{
    static const char MARK[] = "\xef\xbb\xbf"; /* of UTF-8, which spreadsheets write */
    bool done = false;
    int rows = 0;
    if (strncmp(text, MARK, sizeof MARK - 1) == 0)
        text += sizeof MARK - 1;
    enum rc rc = RC_OK;
    for (char *line = text, *next = NULL; rc == RC_OK && line != NULL && !done; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        t->line++;
        if (t->line == 1)
            rc = read_head(t, line, e);
        else if (line[strspn(line, " \r")] != '\0')
            rc = read_row(t, line, rows++ == 0, &done, e);
    }
    if (rc == RC_OK && rows < 2)
        return err_set(e, RC_INPUT, "%s: found %d lines of values; expected two or more", t->path,
                       rows);
    if (rc == RC_OK && !done)
        rc = add_step(t, t->begin_s + t->lasted_s, &done, e);
    if (rc == RC_OK && t->largest <= 0)
        rc = err_set(e, RC_INPUT, "%s: found no value above 0 in column %s; expected a load",
                     t->path, t->part->column);
    return rc;
}

enum rc load_trace_read(const char *path, const struct trace_part *part, struct load *out,
                        struct err *e)
{
    struct trace t = {.path = path, .part = part};
    struct buf text;
    const char *slash = strrchr(path, '/');
    out->trace = strdup(slash != NULL ? slash + 1 : path);
    out->steps = t.steps = calloc(LOAD_STEPS_MAX, sizeof *t.steps);
    out->speed = part->speed;
    if (out->trace == NULL || t.steps == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    buf_init(&text, FILE_MAX_BYTES);
    enum rc rc = fs_read(path, &text, e);
    if (rc == RC_OK && memchr(text.data, '\0', text.size) != NULL)
        rc = err_set(e, RC_INPUT, "%s: found a zero byte; expected a CSV file", path);
    if (rc == RC_OK)
        rc = buf_append(&text, "", 1, e);
    if (rc == RC_OK)
        rc = read_lines(&t, (char *)text.data, e);
    for (size_t i = 0; rc == RC_OK && i < t.count; i++)
        t.steps[i].rate_per_s = t.steps[i].rate_per_s / t.largest * part->peak_per_s;
    out->step_count = t.count;
    buf_release(&text);
    return rc;
}
