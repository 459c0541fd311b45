#include "scenarios/dimension.h"

#include <string.h>

#define NAME_ROW(id, member, compared, chosen, key, what, none)                                    \
    [DIMENSION_##id] = {                                                                           \
        .compare = (compared), .only = (chosen), .where = (key), .says = (what), .unset = (none)},

const struct dimension_name DIMENSION_NAMES[DIMENSIONS] = {
    DIMENSION_ROWS(NAME_ROW)[DIMENSION_RECORD_BYTES] = {.compare = "record_bytes",
                                                        .only = "record_bytes",
                                                        .where = "record_bytes",
                                                        .says = "\"natural\", \"1.00 KB\"",
                                                        .unset = ""},
};

enum dimension dimension_find(const char *compare)
{
    int d = 0;
    while (d < DIMENSIONS && strcmp(DIMENSION_NAMES[d].compare, compare) != 0)
        d++;
    return (enum dimension)d;
}
