/*
 * Any bytes, given to any codec as a stored batch: the answer is OK or RC_INPUT, never a write past
 * the room. The first byte picks the codec, the second the room. Bytes that decompress must also
 * survive a round trip.
 */
#include "codecs/codec.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_STEP = 257, LEAST = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void round_trip(const struct codec *c, struct codec_work *w, struct span plain)
{
    struct err e = {0};
    size_t room = c->bound(plain.size);
    uint8_t *packed = malloc(room + 1);
    uint8_t *back = malloc(plain.size + 1);
    must(packed != NULL && back != NULL);
    size_t packed_size = 0;
    size_t back_size = 0;
    must(c->compress(w, plain, packed, room, &packed_size, &e) == RC_OK);
    struct span stored = span_of(packed, packed_size);
    must(c->decompress(w, stored, back, plain.size, &back_size, &e) == RC_OK);
    must(back_size == plain.size && memcmp(back, plain.data, plain.size) == 0);
    free(packed);
    free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < LEAST)
        return 0;
    size_t count = 0;
    while (CODECS[count] != NULL)
        count++;
    const struct codec *c = CODECS[data[0] % count];
    size_t room = (size_t)data[1] * ROOM_STEP;
    struct err e = {0};
    struct codec_work *w = NULL;
    must(c->open(c->level_default, &w, &e) == RC_OK);
    uint8_t *out =
        malloc(room > 0 ? room : 1); /* exact, so that the sanitizer sees one byte more */
    must(out != NULL);
    size_t out_size = 0;
    enum rc rc = c->decompress(w, span_of(data + LEAST, size - LEAST), out, room, &out_size, &e);
    must(rc == RC_OK || rc == RC_INPUT);
    must(rc != RC_OK || out_size <= room);
    must(rc == RC_OK || e.text[0] != '\0');
    if (rc == RC_OK)
        round_trip(c, w, span_of(out, out_size));
    free(out);
    c->close(w);
    return 0;
}
