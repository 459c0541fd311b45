#include "core/kafka/library.h"

#include <ctype.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>
/* link: -lrdkafka */

char *library_version(char *text, size_t size)
{
    (void)snprintf(text, size, "librdkafka %s", rd_kafka_version_str());
    return text;
}

/* The file of one line of /proc/self/maps. */
static const char *file_of(char *line)
{
    char *path = strchr(line, '/');
    line[strcspn(line, "\n")] = '\0';
    return path != NULL && strstr(path, "/librdkafka.so") != NULL ? path : NULL;
}

char *library_path(char *text, size_t size)
{
    char line[8192];
    const char *path = NULL;
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps != NULL && path == NULL && fgets(line, sizeof line, maps) != NULL)
        path = file_of(line);
    if (maps != NULL)
        (void)fclose(maps);
    size_t length = path != NULL ? strlen(path) : 0;
    (void)snprintf(text, size, "%s",
                   path == NULL    ? ""
                   : length < size ? path
                                   : path + length - size + 1);
    return text;
}

bool library_has_codec(const char *codec)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[256];
    bool has =
        rd_kafka_conf_set(conf, "compression.codec", codec, why, sizeof why) == RD_KAFKA_CONF_OK;
    rd_kafka_conf_destroy(conf);
    return has;
}

enum { WHY_TEXT = 512 };

/* librdkafka ends some of its sentences with a line break. */
static const char *strip_end(char *text)
{
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        text[--size] = '\0';
    return text;
}

enum rc library_takes(const char *const *properties, struct err *e)
{
    char why[WHY_TEXT] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    for (size_t i = 0; properties[i] != NULL; i += 2)
        if (rd_kafka_conf_set(conf, properties[i], properties[i + 1], why, sizeof why) !=
            RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(conf);
            return err_set(e, RC_INPUT, "%s", strip_end(why));
        }
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (rk == NULL) {
        rd_kafka_conf_destroy(conf);
        return err_set(e, RC_INPUT, "%s", strip_end(why));
    }
    rd_kafka_destroy(rk);
    return RC_OK;
}
