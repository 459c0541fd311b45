#define _GNU_SOURCE
#include "bench/testbed/broker/broker_log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { QUOTE_MAX = 300 };

struct cause {
    const char *needle; /* as Java or Kafka writes it */
    const char *says;
    bool quote; /* the rest of the line after the needle says what exactly */
};

/* In this order: the first needle that occurs anywhere wins, as one failure drags others behind. */
static const struct cause CAUSES[] = {
    {"No space left on device", "its disk is full (No space left on device)", false},
    {"Disk quota exceeded", "its disk quota is used up (Disk quota exceeded)", false},
    {"Address already in use", "its port is taken by another program (Address already in use)",
     false},
    {"Could not reserve enough space",
     "this machine has not enough memory for its Java heap; --heap makes it smaller", false},
    {"insufficient memory for the Java Runtime",
     "this machine has not enough memory for its Java heap; --heap makes it smaller", false},
    {"java.lang.OutOfMemoryError: unable to create native thread",
     "it may not start another thread (a limit on processes or memory)", false},
    {"java.lang.OutOfMemoryError",
     "its Java heap is too small (OutOfMemoryError); --heap makes it larger", false},
    {"UnsupportedClassVersionError",
     "this Java is too old: Kafka 4 needs Java 17 (apt-get install default-jre-headless)", false},
    {"Too many open files", "it ran into the limit of open files (ulimit -n)", false},
    {"Read-only file system", "its disk is mounted read-only", false},
    {"Permission denied", "it may not write its folder (Permission denied)", false},
    {"AccessDeniedException", "it may not write its folder (AccessDeniedException)", false},
    {"Input/output error", "its disk fails (Input/output error)", false},
    {"ConfigException: ", "it does not take its settings: ", true},
    {"Unrecognized VM option", "Java does not know the option", true},
    {"java could not be executed",
     "no java is on the PATH; scripts/setup or apt-get install default-jre-headless brings it",
     false},
    {"A fatal error has been detected by the Java Runtime", "Java itself crashed", false},
};

static void quote_line(struct span log, const uint8_t *from, const char *says, char *out)
{
    size_t left = (size_t)(log.data + log.size - from);
    const uint8_t *end = memchr(from, '\n', left);
    size_t length = end != NULL ? (size_t)(end - from) : left;
    if (length > QUOTE_MAX)
        length = QUOTE_MAX;
    (void)snprintf(out, BROKER_CAUSE_MAX, "%s%.*s", says, (int)length, (const char *)from);
}

/* The first line with an exception or an error level, from that word on. */
static void quote_error(struct span log, char *out)
{
    static const char *const words[] = {" ERROR ", "FATAL", "Exception: ", "Error: "};
    const uint8_t *first = NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const uint8_t *at = memmem(log.data, log.size, words[i], strlen(words[i]));
        if (at != NULL && (first == NULL || at < first))
            first = at;
    }
    if (first == NULL)
        return;
    const uint8_t *start = first;
    while (start > log.data && start[-1] != '\n')
        start--;
    quote_line(log, start, "its log says: ", out);
}

char *broker_log_cause(struct span log, char *out)
{
    out[0] = '\0';
    if (log.size == 0)
        return out;
    for (size_t i = 0; i < sizeof CAUSES / sizeof CAUSES[0]; i++) {
        const struct cause *c = &CAUSES[i];
        const uint8_t *at = memmem(log.data, log.size, c->needle, strlen(c->needle));
        if (at == NULL)
            continue;
        if (c->quote)
            quote_line(log, at + strlen(c->needle), c->says, out);
        else
            (void)snprintf(out, BROKER_CAUSE_MAX, "%s", c->says);
        return out;
    }
    quote_error(log, out);
    return out;
}
