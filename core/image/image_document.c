#define _GNU_SOURCE
#include "core/image/image_document.h"

#include "base/json.h"

#include <modp_b64.h>
#include <stdlib.h>
/* link: -lmodpbase64 */

#define BEFORE_DATA ",\"data\":\""
#define AFTER_DATA "\"}"
enum {
    FIXED_BYTES = sizeof BEFORE_DATA - 1 + sizeof AFTER_DATA - 1 - 1, /* less the metadata's '}' */
    GROUP = 3,                                                        /* bytes of four letters */
    LETTERS = 4,
    STEP = GROUP << 13, /* bytes read and encoded at a time */
};

size_t image_document_size(size_t metadata_size, size_t data_size)
{
    size_t groups = data_size / GROUP + (data_size % GROUP != 0);
    size_t rest = metadata_size + FIXED_BYTES;
    return groups > (SIZE_MAX - rest) / LETTERS ? SIZE_MAX : rest + groups * LETTERS;
}

/* Reads and encodes in steps; *to goes on. */
static enum rc encode_steps(const struct image_source *image, char **to, struct err *e)
{
    uint8_t *step = malloc(STEP);
    enum rc rc = RC_OK;
    if (step == NULL)
        return err_set(e, RC_INFRA, "out of memory for a piece of an image");
    for (int64_t at = 0; rc == RC_OK && at < image->size; at += STEP) {
        size_t size = image->size - at < STEP ? (size_t)(image->size - at) : STEP;
        rc = image->read(image->ctx, at, step, size, e);
        if (rc == RC_OK)
            *to += modp_b64_encode(*to, (const char *)step, size);
    }
    free(step);
    return rc;
}

enum rc image_document_write(struct span metadata, const struct image_source *image, uint8_t *out,
                             struct err *e)
{
    enum rc rc = RC_OK;
    if (metadata.size < 2 || metadata.data[metadata.size - 1] != '}')
        return err_set(e, RC_INPUT, "metadata must be one JSON object");
    memcpy(out, metadata.data, metadata.size - 1);
    char *to = (char *)out + metadata.size - 1;
    memcpy(to, BEFORE_DATA, sizeof BEFORE_DATA - 1);
    to += sizeof BEFORE_DATA - 1;
    /* The library writes a NUL behind its letters, where more letters or the quote will stand. */
    if (image->bytes != NULL)
        to += modp_b64_encode(to, (const char *)image->bytes, (size_t)image->size);
    else
        rc = encode_steps(image, &to, e);
    memcpy(to, AFTER_DATA, sizeof AFTER_DATA - 1);
    return rc;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool image_document_begins(struct span record)
{
    size_t at = 0;
    while (at < record.size && is_blank(record.data[at]))
        at++;
    return at < record.size && record.data[at] == '{';
}

/* Goes back over blanks and then one character c that must stand there. */
static bool step_back(struct span text, size_t *end, char c)
{
    while (*end > 0 && is_blank(text.data[*end - 1]))
        --*end;
    if (*end == 0 || text.data[*end - 1] != (uint8_t)c)
        return false;
    --*end;
    return true;
}

/* Where the letters begin, when at is where the name of the member ends; 0: it is no name. */
static size_t letters_at(struct span record, size_t at)
{
    static const char SIGNS[] = ":\"";
    for (size_t i = 0; SIGNS[i] != '\0'; i++) {
        while (at < record.size && is_blank(record.data[at]))
            at++;
        if (at == record.size || record.data[at] != (uint8_t)SIGNS[i])
            return 0;
        at++;
    }
    return at;
}

/* Finds the member data where it comes last, by its name: the letters are not looked at. *head is
 * what stands before it, without its comma. */
static bool find_last(struct span record, struct span *head, struct span *letters)
{
    static const char NAME[] = "\"data\"";
    static const size_t SIZE = sizeof NAME - 1;
    size_t end = record.size;
    size_t most = record.size < METADATA_MAX ? record.size : METADATA_MAX;
    size_t from = 0;
    if (!step_back(record, &end, '}') || !step_back(record, &end, '"'))
        return false;
    for (size_t at = 0; from == 0;) {
        const uint8_t *name = memmem(record.data + at, most - at, NAME, SIZE);
        if (name == NULL)
            return false;
        at = (size_t)(name - record.data) + SIZE;
        from = letters_at(record, at);
        *head = span_of(record.data, at - SIZE);
    }
    if (from > end || !step_back(record, &head->size, ','))
        return false; /* data alone: the slow way reads that, too */
    *letters = span_of(record.data + from, end - from);
    return true;
}

static size_t padding_of(struct span letters)
{
    size_t padding = 0;
    while (padding < 2 && padding < letters.size && letters.data[letters.size - 1 - padding] == '=')
        padding++;
    return padding;
}

/* The library does not look at the bits of the last letter that carry nothing: written again, the
 * last group must come out as it went in. */
static bool is_canonical(struct span letters, const struct buf *image)
{
    size_t padding = padding_of(letters);
    if (padding == 0)
        return true;
    char again[8];
    size_t tail = GROUP - padding;
    (void)modp_b64_encode(again, (const char *)image->data + image->size - tail, tail);
    return memcmp(again, letters.data + letters.size - LETTERS, LETTERS) == 0;
}

static enum rc decode(struct span letters, struct buf *image, struct err *e)
{
    if (letters.size % LETTERS != 0)
        return err_set(e, RC_INTEGRITY, "data: %zu letters, which is no multiple of 4",
                       letters.size);
    size_t size = letters.size / LETTERS * GROUP - padding_of(letters);
    buf_clear(image);
    enum rc rc = buf_reserve(image, size + GROUP, e);
    if (rc != RC_OK || letters.size == 0)
        return rc;
    image->size = size;
    if (modp_b64_decode((char *)image->data, (const char *)letters.data, letters.size) == size &&
        is_canonical(letters, image))
        return RC_OK;
    buf_clear(image);
    return err_set(e, RC_INTEGRITY, "data: not base64 as RFC 4648 writes it");
}

/* What stands before the data, closed, is an object of its own. */
static enum rc read_head(struct span head, struct image_metadata *m, struct err *e)
{
    struct buf json;
    struct json *root = NULL;
    buf_init(&json, METADATA_MAX + 1);
    enum rc rc = buf_append(&json, head.data, head.size, e);
    if (rc == RC_OK)
        rc = buf_append(&json, "}", 1, e);
    if (rc == RC_OK)
        rc = json_parse(buf_span(&json), &root, e);
    if (rc == RC_OK && json_get(root, "data") != NULL)
        rc = err_set(e, RC_INTEGRITY, "two members data");
    if (rc == RC_OK)
        rc = metadata_of_json(root, m, e);
    json_free(root);
    buf_release(&json);
    return rc;
}

/* The common case, without a parser over the letters. */
static bool read_fast(struct span record, struct buf *image, struct image_metadata *m)
{
    struct span head;
    struct span letters;
    struct err unused;
    return find_last(record, &head, &letters) && read_head(head, m, &unused) == RC_OK &&
           decode(letters, image, &unused) == RC_OK;
}

static enum rc read_anywhere(struct span record, struct buf *image, struct image_metadata *m,
                             struct err *e)
{
    struct json *root = NULL;
    enum rc rc = json_parse(record, &root, e);
    if (rc != RC_OK)
        return rc;
    const struct json *data = json_get(root, "data");
    if (json_kind(root) != JSON_KIND_OBJECT || data == NULL || json_kind(data) != JSON_KIND_TEXT)
        rc = err_set(e, RC_INTEGRITY, "no text member data");
    if (rc == RC_OK)
        rc = metadata_of_json(root, m, e);
    if (rc == RC_OK)
        rc = decode(span_str(json_text(data)), image, e);
    json_free(root);
    return rc;
}

enum rc image_document_read(struct span record, struct buf *image, struct image_metadata *m,
                            struct err *e)
{
    struct image_metadata got;
    struct err why = {0};
    enum rc rc = RC_OK;
    if (!read_fast(record, image, &got))
        rc = read_anywhere(record, image, &got, &why);
    if (rc != RC_OK)
        return err_set(e, rc == RC_INFRA ? RC_INFRA : RC_INTEGRITY, "image document: %s", why.text);
    *m = got;
    return RC_OK;
}
