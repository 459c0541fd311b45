#include "core/kafka/library.h"

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
