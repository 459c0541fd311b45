#define _POSIX_C_SOURCE 200809L
#include "core/kafka/settings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* More than librdkafka has properties, by far. */
enum { SETTINGS_MAX = 4096, SETTINGS_FIRST_ROOM = 16 };

/* A key is secret when it is one of these, or holds one of the words below. User names count: with
 * some services they are half of an API key. Paths of certificates are not secret. */
static const char *const SECRET_KEYS[] = {
    "sasl.username", "sasl.jaas.config", "sasl.oauthbearer.config", "ssl.key.location", NULL,
};
static const char *const SECRET_WORDS[] = {
    "kinit",        "password",  "secret",   "token",     "credential", "oauth", "key.pem",
    "keystore.key", "assertion", "userinfo", "user.info", "api.key",    NULL,
};

void settings_init(struct settings *s)
{
    *s = (struct settings){0};
}

/* Overwrites a text so that it does not stay behind in freed memory. */
static void wipe(char *text)
{
    volatile char *at = text;
    while (at != NULL && *at != '\0')
        *at++ = '\0';
}

void settings_release(struct settings *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++) {
        if (settings_key_is_secret(s->rows[i].key))
            wipe(s->rows[i].value);
        free(s->rows[i].key);
        free(s->rows[i].value);
    }
    free(s->rows);
    settings_init(s);
}

static struct setting *settings_row(const struct settings *s, const char *key)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->rows[i].key, key) == 0)
            return &s->rows[i];
    return NULL;
}

const char *settings_find(const struct settings *s, const char *key)
{
    const struct setting *row = settings_row(s, key);
    return row == NULL ? NULL : row->value;
}

static enum rc settings_make_room(struct settings *s, struct err *e)
{
    if (s->count < s->room)
        return RC_OK;
    if (s->count >= SETTINGS_MAX)
        return err_set(e, RC_INPUT, "more than %d settings", SETTINGS_MAX);
    size_t room = s->room == 0 ? SETTINGS_FIRST_ROOM : s->room * 2;
    struct setting *rows = realloc(s->rows, room * sizeof *rows);
    if (rows == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu settings", room);
    s->rows = rows;
    s->room = room;
    return RC_OK;
}

static enum rc settings_replace(struct setting *row, const char *value, struct err *e)
{
    char *copy = strdup(value);
    if (copy == NULL)
        return err_set(e, RC_INFRA, "out of memory for the value of %s", row->key);
    if (settings_key_is_secret(row->key))
        wipe(row->value);
    free(row->value);
    row->value = copy;
    return RC_OK;
}

enum rc settings_set(struct settings *s, const char *key, const char *value, struct err *e)
{
    struct setting *row = settings_row(s, key);
    if (row != NULL)
        return settings_replace(row, value, e);
    enum rc rc = settings_make_room(s, e);
    if (rc != RC_OK)
        return rc;
    struct setting fresh = {.key = strdup(key), .value = strdup(value)};
    if (fresh.key == NULL || fresh.value == NULL) {
        wipe(fresh.value);
        free(fresh.key);
        free(fresh.value);
        return err_set(e, RC_INFRA, "out of memory for the setting %s", key);
    }
    s->rows[s->count++] = fresh;
    return RC_OK;
}

static bool holds_word(const char *key, const char *word)
{
    size_t size = strlen(word);
    for (; strlen(key) >= size; key++)
        if (strncasecmp(key, word, size) == 0)
            return true;
    return false;
}

bool settings_key_is_secret(const char *key)
{
    for (size_t i = 0; SECRET_KEYS[i] != NULL; i++)
        if (strcasecmp(key, SECRET_KEYS[i]) == 0)
            return true;
    for (size_t i = 0; SECRET_WORDS[i] != NULL; i++)
        if (holds_word(key, SECRET_WORDS[i]))
            return true;
    return false;
}

enum rc settings_hide(struct settings *s, struct err *e)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!settings_key_is_secret(s->rows[i].key))
            continue;
        enum rc rc = settings_replace(&s->rows[i], SETTING_HIDDEN, e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc write_value(const char *value, struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (const char *at = value; *at != '\0' && rc == RC_OK; at++) {
        if (*at == '\n')
            rc = buf_append(out, "\\n", 2, e);
        else if (*at == '\\')
            rc = buf_append(out, "\\\\", 2, e);
        else
            rc = buf_append(out, at, 1, e);
    }
    return rc;
}

enum rc settings_write(const struct settings *s, struct buf *out, struct err *e)
{
    for (size_t i = 0; i < s->count; i++) {
        enum rc rc = buf_appendf(out, e, "%s=", s->rows[i].key);
        if (rc == RC_OK)
            rc = write_value(s->rows[i].value, out, e);
        if (rc == RC_OK)
            rc = buf_append(out, "\n", 1, e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

/* Turns \n and \\ back, in place. False for a backslash before anything else. */
static bool unescape(char *value)
{
    char *to = value;
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '\\') {
            at++;
            if (*at != 'n' && *at != '\\')
                return false;
            *to++ = *at == 'n' ? '\n' : '\\';
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    return true;
}

static enum rc read_line(struct settings *s, char *line, struct err *e)
{
    char *equals = strchr(line, '=');
    if (equals == NULL || equals == line)
        return err_set(e, RC_INPUT, "a line without key=");
    *equals = '\0';
    if (!unescape(equals + 1))
        return err_set(e, RC_INPUT, "%s: a backslash that is neither \\n nor \\\\", line);
    return settings_set(s, line, equals + 1, e);
}

enum rc settings_read(struct settings *s, struct span text, struct err *e)
{
    if (text.size > 0 && memchr(text.data, '\0', text.size) != NULL)
        return err_set(e, RC_INPUT, "settings hold a NUL byte");
    char *copy = malloc(text.size + 1);
    if (copy == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu bytes of settings", text.size);
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';

    enum rc rc = RC_OK;
    int number = 1;
    for (char *line = copy; *line != '\0' && rc == RC_OK; number++) {
        char *end = strchr(line, '\n');
        char *next = end == NULL ? line + strlen(line) : end + 1;
        if (end != NULL)
            *end = '\0';
        rc = read_line(s, line, e);
        if (rc != RC_OK)
            (void)err_wrap(e, "settings line %d", number);
        line = next;
    }
    volatile char *at = copy;
    for (size_t i = 0; i < text.size; i++)
        at[i] = '\0';
    free(copy);
    return rc;
}
