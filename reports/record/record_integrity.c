#include "reports/record/record_integrity.h"

#include <stdio.h>
#include <string.h>

/* A codec that is neither the one asked for nor the uncompressed form that a client falls back to;
 * NULL: none is stored. */
static const char *foreign_codec(const struct trial_record *r)
{
    for (size_t i = 0; i < RECORD_CODECS && r->stored[i].codec[0] != '\0'; i++) {
        const char *found = r->stored[i].codec;
        if (strcmp(found, r->codec_name) != 0 && strcmp(found, "none") != 0)
            return found;
    }
    return NULL;
}

bool record_integrity_hurt(const struct trial_record *r)
{
    return r->validity == TRIAL_VOID &&
           (foreign_codec(r) != NULL || !delivery_perfect(&r->delivery));
}

void record_void_contradiction(struct trial_record *r)
{
    static const enum outcome NEVER[] = {OUTCOME_LOST, OUTCOME_CORRUPTED, OUTCOME_UNDECIDED};
    const char *codec = r->codec_name[0] != '\0' ? foreign_codec(r) : NULL;
    int64_t wrong = 0;
    for (size_t i = 0; i < sizeof NEVER / sizeof *NEVER; i++)
        wrong += r->delivery.outcome[NEVER[i]];
    if (r->validity == TRIAL_VOID || (wrong == 0 && codec == NULL))
        return;
    char said[RECORD_WHY_MAX];
    if (wrong != 0)
        (void)snprintf(r->why, sizeof r->why, "the record calls itself %s, and %.400s",
                       VALIDITY_NAMES[r->validity], delivery_say(&r->delivery, said));
    else
        (void)snprintf(
            r->why, sizeof r->why,
            "the record calls itself %s, and batches are stored as %s where %s was asked",
            VALIDITY_NAMES[r->validity], codec, r->codec_name);
    r->validity = TRIAL_VOID;
    r->integrity_hurt = true;
}
