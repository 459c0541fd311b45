#include "scenarios/dimension.h"

#include <string.h>

#define NAME_ROW(id, member, compared, chosen, key, what, none)                                    \
    [DIMENSION_##id] = {.name = #member,                                                           \
                        .compare = (compared),                                                     \
                        .only = (chosen),                                                          \
                        .where = (key),                                                            \
                        .says = (what),                                                            \
                        .usual = (none)},

const struct dimension_name DIMENSION_NAMES[DIMENSIONS] = {
    DIMENSION_ROWS(NAME_ROW)[DIMENSION_RECORD_BYTES] = {.name = "record_bytes",
                                                        .compare = "record_bytes",
                                                        .only = "record_bytes",
                                                        .where = "record_bytes",
                                                        .says = "\"natural\", \"1.00 KB\"",
                                                        .usual = ""},
};

enum dimension dimension_find(const char *compare)
{
    int d = 0;
    while (d < DIMENSIONS && strcmp(DIMENSION_NAMES[d].compare, compare) != 0)
        d++;
    return (enum dimension)d;
}
