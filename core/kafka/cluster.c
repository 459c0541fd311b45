#define _POSIX_C_SOURCE 200809L
#include "core/kafka/cluster.h"

#include "core/kafka/property.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { CLIENT_CONFIG_MAX = 1 << 20, KEY_MAX = 128, PORT_MAX = 65535 };
#define BOOTSTRAP "bootstrap.servers"

void cluster_init(struct cluster *c)
{
    settings_init(&c->properties);
    c->limits = NULL;
}

void cluster_release(struct cluster *c)
{
    if (c != NULL)
        settings_release(&c->properties);
}

const char *cluster_value(const struct cluster *c, const char *key)
{
    return settings_find(&c->properties, key);
}

const char *cluster_bootstrap(const struct cluster *c)
{
    return cluster_value(c, BOOTSTRAP);
}

bool cluster_is_plain(const struct cluster *c)
{
    const char *protocol = cluster_value(c, "security.protocol");
    return protocol == NULL || strcasecmp(protocol, "plaintext") == 0;
}

/* One HOST[:PORT] of size bytes: the name is not empty, the port is a port. IPv6 stands in []. */
static enum rc host_check(const char *host, size_t size, struct err *e)
{
    if (size == 0)
        return err_set(e, RC_INPUT, "an empty host; expected HOST:PORT[,HOST:PORT]");
    for (size_t i = 0; i < size; i++)
        if (isspace((unsigned char)host[i]) || host[i] == '/' || host[i] == '=')
            return err_set(e, RC_INPUT, "\"%.*s\": expected HOST:PORT without '%c'", (int)size,
                           host, isspace((unsigned char)host[i]) ? ' ' : host[i]);
    const char *bracket = memchr(host, ']', size);
    const char *from = bracket == NULL ? host : bracket;
    const char *colon = memchr(from, ':', size - (size_t)(from - host));
    if (colon == NULL)
        return RC_OK;
    if (colon == host)
        return err_set(e, RC_INPUT, "\"%.*s\": the host name is missing before ':'", (int)size,
                       host);
    char *end = NULL;
    long port = strtol(colon + 1, &end, 10);
    if (!isdigit((unsigned char)colon[1]) || end != host + size || port < 1 || port > PORT_MAX)
        return err_set(e, RC_INPUT, "\"%.*s\": the port after ':' must be 1 to %d", (int)size, host,
                       PORT_MAX);
    return RC_OK;
}

enum rc cluster_set_bootstrap(struct cluster *c, const char *hosts, struct err *e)
{
    for (const char *host = hosts;;) {
        size_t size = strcspn(host, ",");
        enum rc rc = host_check(host, size, e);
        if (rc != RC_OK)
            return rc;
        if (host[size] == '\0')
            break;
        host += size + 1;
    }
    return settings_set(&c->properties, BOOTSTRAP, hosts, e);
}

static enum rc cluster_set(struct cluster *c, const char *key, const char *value, struct err *e)
{
    if (strcmp(key, BOOTSTRAP) == 0 || strcmp(key, "metadata.broker.list") == 0)
        return cluster_set_bootstrap(c, value, e);
    if (c->limits != NULL && property_is_limit(key))
        return settings_set(c->limits, key, value, e);
    enum rc rc = property_check(key, value, e);
    if (rc != RC_OK)
        return rc;
    return settings_set(&c->properties, key, value, e);
}

/* Copies the key before the separator without the blanks around it. A text that is no word may be a
 * secret in the wrong place, so messages do not quote it. */
static enum rc key_copy(const char *text, size_t size, char *key, struct err *e)
{
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    if (size == 0)
        return err_set(e, RC_INPUT, "nothing before the separator; expected key=value");
    if (size >= KEY_MAX)
        return err_set(e, RC_INPUT, "a key of more than %d characters", KEY_MAX - 1);
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)text[i]) && strchr("._-", text[i]) == NULL)
            return err_set(e, RC_INPUT,
                           "a key holds letters, digits, '.', '_' and '-' only: "
                           "expected key=value");
    memcpy(key, text, size);
    key[size] = '\0';
    return RC_OK;
}

enum rc cluster_add(struct cluster *c, const char *key_value, struct err *e)
{
    const char *equals = strchr(key_value, '=');
    if (equals == NULL)
        return err_set(e, RC_INPUT, "no '=' in what was given; expected key=value");
    char key[KEY_MAX];
    enum rc rc = key_copy(key_value, (size_t)(equals - key_value), key, e);
    return rc == RC_OK ? cluster_set(c, key, equals + 1, e) : rc;
}

/* In values of PEM keys "\n" stands for a line break: a file has one line per property. */
static void pem_unescape(const char *key, char *value)
{
    size_t size = strlen(key);
    if (size < 4 || strcmp(key + size - 4, ".pem") != 0)
        return;
    char *to = value;
    for (const char *at = value; *at != '\0'; at++) {
        if (at[0] == '\\' && at[1] == 'n') {
            *to++ = '\n';
            at++;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
}

/* One line of a properties file, without its line break. Blanks around key and value do not count,
 * which is how Java and kcat read them. */
static enum rc file_line(struct cluster *c, char *line, struct err *e)
{
    while (isspace((unsigned char)*line))
        line++;
    size_t size = strlen(line);
    while (size > 0 && isspace((unsigned char)line[size - 1]))
        line[--size] = '\0';
    if (size == 0 || *line == '#' || *line == '!')
        return RC_OK;
    size_t at = strcspn(line, "=:");
    if (line[at] == '\0')
        return err_set(e, RC_INPUT, "neither '=' nor ':'; expected key=value");
    char key[KEY_MAX];
    enum rc rc = key_copy(line, at, key, e);
    if (rc != RC_OK)
        return rc;
    char *value = line + at + 1;
    while (isspace((unsigned char)*value))
        value++;
    pem_unescape(key, value);
    return cluster_set(c, key, value, e);
}

static enum rc file_lines(struct cluster *c, const char *path, char *text, struct err *e)
{
    int number = 1;
    for (char *line = text; *line != '\0'; number++) {
        char *end = strchr(line, '\n');
        char *next = end == NULL ? line + strlen(line) : end + 1;
        if (end != NULL)
            *end = '\0';
        if (file_line(c, line, e) != RC_OK)
            return err_wrap(e, "%s:%d", path, number);
        line = next;
    }
    return RC_OK;
}

enum rc cluster_add_file(struct cluster *c, const char *path, struct err *e)
{
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) /* opening a pipe would wait */
        return err_set(e, RC_INPUT, "%s: found %s; expected a properties file", path,
                       S_ISDIR(about.st_mode) ? "a directory" : "no regular file");
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return err_sys(e, RC_INPUT, errno, "%s", path);
    char *text = calloc(1, CLIENT_CONFIG_MAX + 2);
    enum rc rc = RC_OK;
    size_t size = 0;
    if (text == NULL)
        rc = err_set(e, RC_INFRA, "out of memory for %s", path);
    else
        size = fread(text, 1, CLIENT_CONFIG_MAX + 1, file);
    if (rc == RC_OK && ferror(file) != 0)
        rc = err_sys(e, RC_INPUT, errno, "%s", path);
    else if (rc == RC_OK && size > CLIENT_CONFIG_MAX)
        rc = err_set(e, RC_INPUT, "%s: larger than 1 MiB, which no properties file is", path);
    else if (rc == RC_OK && memchr(text, '\0', size) != NULL)
        rc = err_set(e, RC_INPUT, "%s: holds NUL bytes; expected a text of key=value lines", path);
    if (rc == RC_OK)
        rc = file_lines(c, path, text, e);
    (void)fclose(file);
    volatile char *wipe = text;
    for (size_t i = 0; i < size; i++)
        wipe[i] = '\0';
    free(text);
    return rc;
}

enum rc cluster_write(const struct cluster *c, struct buf *out, struct err *e)
{
    return settings_write(&c->properties, out, e);
}

enum rc cluster_read(struct cluster *c, struct span text, struct err *e)
{
    return settings_read(&c->properties, text, e);
}

enum rc cluster_describe(const struct cluster *c, struct settings *out, struct err *e)
{
    settings_init(out);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < c->properties.count && rc == RC_OK; i++) {
        const struct setting *row = &c->properties.rows[i];
        bool secret = settings_key_is_secret(row->key);
        rc = settings_set(out, row->key, secret ? SETTING_HIDDEN : row->value, e);
    }
    if (rc != RC_OK)
        settings_release(out);
    return rc;
}
