#include "core/encode/encoding.h"

#include <modp_b64.h>
/* link: -lmodpbase64 */

const char *const ENCODING_NAMES[] = {
    [ENCODING_RAW] = "raw",
    [ENCODING_BASE64_JSON] = "base64-json",
    [ENCODING_ENVELOPE] = "envelope",
    [ENCODING_CHUNKS] = "chunks",
    [ENCODING_OBJECT] = "object",
    [ENCODING_ROUTED] = "routed",
    NULL,
};

/* The fixed parts of a document, in order. */
#define BEFORE_TIMESTAMP "{\"timestamp\":\""
#define BEFORE_SENSOR "\",\"sensor\":\""
#define BEFORE_FORMAT "\",\"format\":\""
#define BEFORE_DATA "\",\"data\":\""
#define AFTER_DATA "\"}"
static const size_t FIXED_BYTES = sizeof BEFORE_TIMESTAMP - 1 + sizeof BEFORE_SENSOR - 1 +
                                  sizeof BEFORE_FORMAT - 1 + sizeof BEFORE_DATA - 1 +
                                  sizeof AFTER_DATA - 1;

/* True for a character that needs no escape in a JSON text. */
static bool is_plain(uint8_t c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static bool text_is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (!is_plain((uint8_t)*text))
            return false;
    return true;
}

bool encoding_note_valid(const struct encoding_note *n)
{
    return text_is_plain(n->timestamp) && text_is_plain(n->sensor) && text_is_plain(n->format);
}

size_t encoding_size(enum encoding how, const struct encoding_note *n, size_t data_size)
{
    if (how == ENCODING_RAW)
        return data_size;
    if (encoding_is_image(how))
        return SIZE_MAX;
    size_t text = FIXED_BYTES + strlen(n->timestamp) + strlen(n->sensor) + strlen(n->format);
    size_t quads = data_size / 3 + (data_size % 3 == 0 ? 0 : 1);
    if (quads > (SIZE_MAX - text) / 4)
        return SIZE_MAX;
    return text + quads * 4;
}

static uint8_t *put(uint8_t *to, const char *text)
{
    size_t size = strlen(text);
    memcpy(to, text, size);
    return to + size;
}

enum rc encoding_write(enum encoding how, const struct encoding_note *n, struct span data,
                       uint8_t *out, struct err *e)
{
    if (how == ENCODING_RAW) {
        if (data.size > 0)
            memcpy(out, data.data, data.size);
        return RC_OK;
    }
    if (encoding_is_image(how))
        return err_set(e, RC_INPUT, "%s: images are sent by their router", ENCODING_NAMES[how]);
    if (!encoding_note_valid(n))
        return err_set(e, RC_INPUT,
                       "what stands beside the data of a document must be printable "
                       "ASCII without quotes and backslashes");
    uint8_t *to = put(out, BEFORE_TIMESTAMP);
    to = put(to, n->timestamp);
    to = put(to, BEFORE_SENSOR);
    to = put(to, n->sensor);
    to = put(to, BEFORE_FORMAT);
    to = put(to, n->format);
    to = put(to, BEFORE_DATA);
    /* Writes a NUL behind the text too, where the closing quote goes. */
    if (data.size > 0)
        to += modp_b64_encode((char *)to, (const char *)data.data, data.size);
    (void)put(to, AFTER_DATA);
    return RC_OK;
}

/* A position in a document. */
struct reader {
    struct span text;
    size_t at;
};

/* Skips the words that must follow. */
static enum rc expect(struct reader *r, const char *words, struct err *e)
{
    size_t size = strlen(words);
    if (r->text.size - r->at < size || memcmp(r->text.data + r->at, words, size) != 0)
        return err_set(e, RC_INPUT, "byte %zu: expected %s", r->at, words);
    r->at += size;
    return RC_OK;
}

/* Reads the text up to the next quote. */
static enum rc read_text(struct reader *r, struct span *out, struct err *e)
{
    size_t from = r->at;
    while (r->at < r->text.size && is_plain(r->text.data[r->at]))
        r->at++;
    if (r->at == r->text.size)
        return err_set(e, RC_INPUT, "byte %zu: a text without its closing quote", from);
    if (r->text.data[r->at] != '"')
        return err_set(e, RC_INPUT, "byte %zu: a backslash, control or non-ASCII byte in a text",
                       r->at);
    *out = span_of(r->text.data + from, r->at - from);
    return RC_OK;
}

static enum rc read_member(struct reader *r, const char *before, struct span *out, struct err *e)
{
    enum rc rc = expect(r, before, e);
    return rc == RC_OK ? read_text(r, out, e) : rc;
}

static size_t padding_of(struct span text)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.size && text.data[text.size - 1 - padding] == '=')
        padding++;
    return padding;
}

/* The library does not look at the bits of the last letter that carry nothing: written again, the
 * last group must come out as it went in. */
static bool last_group_is_canonical(struct span text, const uint8_t *data, size_t data_size)
{
    size_t padding = padding_of(text);
    if (padding == 0)
        return true;
    size_t tail = 3 - padding;
    char again[8];
    (void)modp_b64_encode(again, (const char *)data + data_size - tail, tail);
    return memcmp(again, text.data + text.size - 4, 4) == 0;
}

static enum rc read_data(struct reader *r, uint8_t *out, size_t room, size_t *out_size,
                         struct err *e)
{
    size_t tail = strlen(AFTER_DATA);
    size_t from = r->at;
    if (r->text.size - from < tail)
        return err_set(e, RC_INPUT, "byte %zu: the document ends within its data", from);
    struct span text = span_of(r->text.data + from, r->text.size - from - tail);
    r->at = r->text.size - tail;
    enum rc rc = expect(r, AFTER_DATA, e);
    if (rc != RC_OK)
        return rc;
    if (text.size % 4 != 0)
        return err_set(e, RC_INPUT, "byte %zu: base64 of %zu letters, which is no multiple of 4",
                       from, text.size);
    size_t size = text.size / 4 * 3 - padding_of(text);
    if (size > room)
        return err_set(e, RC_INPUT, "the data are %zu bytes, with room for %zu", size, room);
    if (size > 0 && (modp_b64_decode((char *)out, (const char *)text.data, text.size) != size ||
                     !last_group_is_canonical(text, out, size)))
        return err_set(e, RC_INPUT, "byte %zu and on: not base64 as RFC 4648 writes it", from);
    *out_size = size;
    return RC_OK;
}

enum rc encoding_read_document(struct span record, uint8_t *out, size_t room,
                               struct encoding_read *read, struct err *e)
{
    struct reader r = {.text = record};
    struct encoding_read got = {0};
    enum rc rc = read_member(&r, BEFORE_TIMESTAMP, &got.timestamp, e);
    if (rc == RC_OK)
        rc = read_member(&r, BEFORE_SENSOR, &got.sensor, e);
    if (rc == RC_OK)
        rc = read_member(&r, BEFORE_FORMAT, &got.format, e);
    if (rc == RC_OK)
        rc = expect(&r, BEFORE_DATA, e);
    if (rc == RC_OK)
        rc = read_data(&r, out, room, &got.data_size, e);
    if (rc == RC_OK)
        *read = got;
    return rc;
}
