/* Which compression levels does librdkafka take? Every level is offered to the library itself. */
#include "base/buf.h"
#include "bench/probe/probes.h"
#include "codecs/codec.h"
#include "core/kafka/library.h"

#include <stdio.h>
#include <string.h>

/* The documents' range, and one beyond at either end. */
enum { CLAIMED_MIN = 1, CLAIMED_MAX = 22, OFFERED_MIN = -2, OFFERED_MAX = 23 };
enum { REFUSAL_TEXT = 256 };

struct taken {
    int lowest, highest;        /* of those taken; lowest > highest: none */
    int gaps;                   /* levels refused between them */
    char refusal[REFUSAL_TEXT]; /* the library's words for the first level above */
};

static bool takes(const char *codec, int level, struct err *why)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%d", level);
    const char *properties[] = {"compression.codec", codec, "compression.level", text, NULL};
    return library_takes(properties, why) == RC_OK;
}

static struct taken offer_all(const char *codec)
{
    struct taken t = {.lowest = OFFERED_MAX + 1, .highest = OFFERED_MIN - 1};
    for (int level = OFFERED_MIN; level <= OFFERED_MAX; level++) {
        struct err why = {0};
        if (takes(codec, level, &why)) {
            t.gaps += t.highest >= OFFERED_MIN && level > t.highest + 1 ? 1 : 0;
            t.lowest = level < t.lowest ? level : t.lowest;
            t.highest = level;
        } else if (t.highest == level - 1) {
            (void)snprintf(t.refusal, sizeof t.refusal, "%.*s", REFUSAL_TEXT - 1, why.text);
        }
    }
    return t;
}

/* The lowest of the claimed levels that assay's own parser lets through although the client refuses
 * it, or refuses although the client takes it; 0: they agree. */
static int parser_differs(const struct taken *zstd)
{
    for (int level = CLAIMED_MIN; level <= CLAIMED_MAX; level++) {
        char text[CODEC_SPEC_TEXT];
        struct codec_spec c;
        struct err why = {0};
        (void)snprintf(text, sizeof text, "zstd-%d", level);
        bool parsed = codec_spec_parse(text, &c, &why) == RC_OK;
        if (parsed != (level >= zstd->lowest && level <= zstd->highest))
            return level;
    }
    return 0;
}

static enum rc ask_levels(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    (void)g, (void)e;
    struct taken zstd = offer_all("zstd"), gzip = offer_all("gzip"), lz4 = offer_all("lz4");
    if (zstd.lowest > zstd.highest)
        return probe_answered(out, PROBE_CONTRADICTED, "no level is taken for zstd");
    int differs = parser_differs(&zstd);
    if (differs != 0)
        return probe_answered(out, PROBE_NO_ANSWER,
                              "the client takes levels %d to %d for zstd, but zstd-%d is treated "
                              "otherwise by assay's own reading of codecs",
                              zstd.lowest, zstd.highest, differs);
    bool all = zstd.lowest <= CLAIMED_MIN && zstd.highest >= CLAIMED_MAX && zstd.gaps == 0;
    return probe_answered(
        out, all ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "compression.level is taken from %d to %d for zstd, %d to %d for gzip, %d to %d for lz4; "
        "zstd %d to %d are refused, not clamped: \"%s\"; \"zstd-%d\" is refused by assay, too",
        zstd.lowest, zstd.highest, gzip.lowest, gzip.highest, lz4.lowest, lz4.highest,
        zstd.highest + 1, CLAIMED_MAX, zstd.refusal, zstd.highest + 1);
}

const struct probe PROBE_LIBRDKAFKA_LEVELS = {
    .name = "librdkafka-levels",
    .says = "zstd levels 1 to 22 can be configured with librdkafka",
    .expected_s = 1,
    .run = ask_levels,
};
