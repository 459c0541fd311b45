#include "bench/trial/sabotage.h"

#include <stdlib.h>
#include <string.h>

const char *const SABOTAGE_NAMES[] = {"none", "lose",  "duplicate", "reorder",    "corrupt",
                                      "late", "alien", "codec",     "interleave", NULL};

enum rc sabotage_ask(enum sabotage *out, enum sabotage *background, struct err *e)
{
    static const char prefix[] = "background-";
    const char *asked = getenv("ASSAY_SABOTAGE");
    *out = SABOTAGE_NONE;
    *background = SABOTAGE_NONE;
    if (asked == NULL || asked[0] == '\0')
        return RC_OK;
    bool aside = strncmp(asked, prefix, sizeof prefix - 1) == 0;
    const char *kind = aside ? asked + sizeof prefix - 1 : asked;
    for (int i = 0; SABOTAGE_NAMES[i] != NULL; i++) {
        if (strcmp(kind, SABOTAGE_NAMES[i]) == 0) {
            *(aside ? background : out) = (enum sabotage)i;
            return RC_OK;
        }
    }
    return err_set(e, RC_INPUT,
                   "ASSAY_SABOTAGE: no fault '%s'; there are lose, duplicate, reorder, corrupt, "
                   "late, alien, codec, interleave, and background- with one of these",
                   asked);
}
