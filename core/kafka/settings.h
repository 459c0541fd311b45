/*
 * Key/value settings in the order they were given: properties of a client, configs of a topic.
 *
 * Which keys hold secrets is known here (settings_key_is_secret) so that nothing that prints or
 * records a setting can forget it: settings_hide replaces their values by "(hidden)".
 * Ownership: a struct settings owns its texts; release it. Threads: one owner.
 */
#ifndef ASSAY_CORE_KAFKA_SETTINGS_H
#define ASSAY_CORE_KAFKA_SETTINGS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

struct setting {
    char *key;   /* owned */
    char *value; /* owned; wiped before it is freed when secret */
};

struct settings {
    struct setting *rows; /* owned */
    size_t count;
    size_t room;
};

#define SETTING_HIDDEN "(hidden)"

void settings_init(struct settings *s);
void settings_release(struct settings *s); /* NULL is fine */

/* Sets key, replacing an earlier value. */
enum rc settings_set(struct settings *s, const char *key, const char *value,
                     struct err *e) MUST_CHECK;
const char *settings_find(const struct settings *s, const char *key); /* NULL when not there */

/* Passwords, keys, tokens, SASL user names and whole JAAS or OAuth texts. */
bool settings_key_is_secret(const char *key);
/* Replaces the values of secret keys by SETTING_HIDDEN. */
enum rc settings_hide(struct settings *s, struct err *e) MUST_CHECK;

/* Text form, one "key=value\n" each; a newline in a value is written \n, a backslash \\. */
enum rc settings_write(const struct settings *s, struct buf *out, struct err *e) MUST_CHECK;
/* Reads what settings_write wrote, adding to s. */
enum rc settings_read(struct settings *s, struct span text, struct err *e) MUST_CHECK;

#endif
