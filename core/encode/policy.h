/*
 * The documents' codec policy: which codec each data type is sent with, and what to do without it.
 *
 * What a policy asks for and what a client can do are two things: policy_effective says which codec
 * is really used and why, in a sentence made to be shown.
 * Sources: the compression matrix of the optimization guide; for satellite imagery the earlier zstd
 * note says Snappy instead, so both stand in the table. Ownership: the table is static.
 * Threads: pure functions.
 */
#ifndef ASSAY_CORE_ENCODE_POLICY_H
#define ASSAY_CORE_ENCODE_POLICY_H

#include "base/err.h"
#include "codecs/codec.h"

#include <stdbool.h>

enum { POLICY_FALLBACKS = 2 };

struct policy_row {
    const char *data_type;                      /* key in scenarios: "iot" */
    const char *says;                           /* the documents' word: "IoT sensors" */
    const char *choice;                         /* as codec_spec_parse takes it: "zstd-1" */
    const char *why;                            /* the documents' rationale */
    const char *otherwise;                      /* what another document says, or NULL */
    const char *fallback[POLICY_FALLBACKS + 1]; /* in order; NULL-terminated */
};

extern const struct policy_row POLICY[]; /* ends with a row whose data_type is NULL */
const struct policy_row *policy_find(const char *data_type); /* NULL when there is none */

enum { POLICY_REASON_TEXT = 256 };
struct policy_effect {
    struct codec_spec choice;        /* what is really used */
    bool fell_back;                  /* not what the policy asks for */
    char reason[POLICY_REASON_TEXT]; /* "iot: zstd-1 by policy (fast…)", or what was missing */
};
/* supported says whether the client in use can compress with a codec; library_has_codec is one. */
enum rc policy_effective(const struct policy_row *row, bool (*supported)(const char *codec),
                         struct policy_effect *out, struct err *e) MUST_CHECK;

#endif
