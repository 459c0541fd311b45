#include "bench/testbed/broker/broker_state.h"

#include "base/fs.h"
#include "base/quantity.h"

#include <stddef.h>
#include <string.h>

enum { STATE_MAX = 64 * 1024, PRIVATE_MODE = 0600 };

struct text_row {
    const char *key;
    size_t offset, room;
};
struct number_row {
    const char *key;
    size_t offset; /* of an int64_t, or of the pid */
};

#define TEXT(member)                                                                               \
    {                                                                                              \
#member, offsetof(struct broker, member), sizeof((struct broker *)0)->member               \
    }
static const struct text_row TEXTS[] = {
    TEXT(bootstrap), TEXT(secure_bootstrap), TEXT(user),     TEXT(password), TEXT(ca_file),
    TEXT(folder),    TEXT(log_folder),       TEXT(log_file), TEXT(version),
};
#undef TEXT
static const struct number_row NUMBERS[] = {
    {"heap_bytes", offsetof(struct broker, heap_bytes)},
    {"ready_ns", offsetof(struct broker, ready_ns)},
    {"started_ns", offsetof(struct broker, started) + offsetof(struct instant, ns)},
};
static const char PID_KEY[] = "pid";
enum {
    TEXT_COUNT = sizeof TEXTS / sizeof TEXTS[0],
    NUMBER_COUNT = sizeof NUMBERS / sizeof NUMBERS[0],
};

static int64_t number_of(const struct broker *b, const struct number_row *row)
{
    int64_t value = 0;
    memcpy(&value, (const char *)b + row->offset, sizeof value);
    return value;
}

enum rc broker_state_write(const char *path, const struct broker *b, struct err *e)
{
    struct buf text;
    buf_init(&text, STATE_MAX);
    enum rc rc = buf_appendf(&text, e, "%s=%ld\n", PID_KEY, (long)b->pid);
    for (size_t i = 0; rc == RC_OK && i < TEXT_COUNT; i++)
        rc = buf_appendf(&text, e, "%s=%s\n", TEXTS[i].key, (const char *)b + TEXTS[i].offset);
    for (size_t i = 0; rc == RC_OK && i < NUMBER_COUNT; i++)
        rc = buf_appendf(&text, e, "%s=%lld\n", NUMBERS[i].key,
                         (long long)number_of(b, &NUMBERS[i]));
    if (rc == RC_OK)
        rc = fs_write(path, buf_span(&text), PRIVATE_MODE, e);
    buf_release(&text);
    return rc;
}

static enum rc take_text(const struct text_row *row, const char *value, struct broker *b,
                         struct err *e)
{
    size_t size = strlen(value) + 1;
    if (size > row->room)
        return err_set(e, RC_INFRA, "%s: longer than %zu bytes", row->key, row->room - 1);
    memcpy((char *)b + row->offset, value, size);
    return RC_OK;
}

static enum rc take_number(const struct number_row *row, const char *value, struct broker *b,
                           struct err *e)
{
    int64_t number = 0;
    enum rc rc = quantity_int(value, 0, INT64_MAX, &number, e);
    if (rc != RC_OK)
        return err_wrap(e, "%s", row->key);
    memcpy((char *)b + row->offset, &number, sizeof number);
    return RC_OK;
}

static enum rc take_line(char *line, struct broker *b, struct err *e)
{
    char *equals = strchr(line, '=');
    if (equals == NULL)
        return err_set(e, RC_INFRA, "\"%.80s\" is not key=value", line);
    *equals = '\0';
    const char *value = equals + 1;
    for (size_t i = 0; i < TEXT_COUNT; i++)
        if (strcmp(line, TEXTS[i].key) == 0)
            return take_text(&TEXTS[i], value, b, e);
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        if (strcmp(line, NUMBERS[i].key) == 0)
            return take_number(&NUMBERS[i], value, b, e);
    if (strcmp(line, PID_KEY) != 0)
        return err_set(e, RC_INFRA, "unknown key \"%.80s\"", line);
    int64_t pid = 0;
    enum rc rc = quantity_int(value, 1, INT32_MAX, &pid, e);
    if (rc == RC_OK)
        b->pid = (pid_t)pid;
    return rc;
}

static enum rc parse(char *text, struct broker *b, struct err *e)
{
    int number = 1;
    for (char *line = text; *line != '\0'; number++) {
        char *end = strchr(line, '\n');
        if (end == NULL)
            return err_set(e, RC_INFRA, "line %d has no end", number);
        *end = '\0';
        enum rc rc = take_line(line, b, e);
        if (rc != RC_OK)
            return err_wrap(e, "line %d", number);
        line = end + 1;
    }
    return b->pid > 0 ? RC_OK : err_set(e, RC_INFRA, "no line pid=");
}

enum rc broker_state_read(const char *path, struct broker *out, struct err *e)
{
    struct broker b = {.lock = -1};
    struct buf text;
    buf_init(&text, STATE_MAX);
    enum rc rc = fs_read(path, &text, e);
    if (rc == RC_OK && text.size > 0)
        rc = parse((char *)text.data, &b, e);
    else if (rc == RC_OK)
        rc = err_set(e, RC_INFRA, "it is empty");
    if (rc == RC_OK)
        *out = b;
    else
        rc = err_wrap(e, "%s", path);
    buf_release(&text);
    return rc;
}
