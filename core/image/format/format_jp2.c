/* JP2 and JPX: box by box to the end of the file, and the codestream inside. */
#include "base/byte_order.h"
#include "core/image/format/image_format_table.h"

static const uint8_t MAGIC[] = {0, 0, 0, 12, 'j', 'P', ' ', ' ', '\r', '\n', 0x87, '\n'};
enum {
    BOX_HEAD = 8,
    BOX_LONG_HEAD = 16, /* with a length of 64 bits */
    TYPE_SIZE = 4,
};

struct box {
    size_t at;
    const char *type; /* four letters, not terminated */
    struct span content;
};

struct boxes {
    struct span bytes;
    size_t at;
    bool file_type_seen, header_seen, codestream_seen;
};

static bool jp2_begins(struct span bytes)
{
    return begins_with(bytes, MAGIC, sizeof MAGIC);
}

/* Reads the box at b->at and goes past it. */
static enum rc read_box(struct boxes *b, struct box *out, struct err *e)
{
    size_t left = b->bytes.size - b->at;
    const uint8_t *head = b->bytes.data + b->at;
    if (left < BOX_HEAD)
        return err_set(e, RC_INPUT, "offset %zu: cut short inside the head of a box", b->at);
    uint64_t length = be32(head);
    size_t head_size = BOX_HEAD;
    if (length == 1 && left >= BOX_LONG_HEAD) {
        length = be64(head + BOX_HEAD);
        head_size = BOX_LONG_HEAD;
    } else if (length == 0) { /* to the end of the file */
        length = left;
    }
    for (size_t i = 0; i < TYPE_SIZE; i++)
        if (head[TYPE_SIZE + i] < ' ' || head[TYPE_SIZE + i] > '~')
            return err_set(e, RC_INPUT, "offset %zu: a box's type must be four characters", b->at);
    *out = (struct box){.at = b->at, .type = (const char *)head + TYPE_SIZE};
    if (length < head_size || length > left)
        return err_set(e, RC_INPUT, "offset %zu: box %.4s of %llu bytes; %zu are left", b->at,
                       out->type, (unsigned long long)length, left);
    out->content = span_of(head + head_size, (size_t)length - head_size);
    b->at += (size_t)length;
    return RC_OK;
}

static bool box_is(const struct box *box, const char *type)
{
    return memcmp(box->type, type, TYPE_SIZE) == 0;
}

/* Boxes inside a box must fill it. */
static enum rc check_inner(struct span whole, const struct box *outer, struct err *e)
{
    size_t start = (size_t)(outer->content.data - whole.data);
    struct boxes b = {.bytes = span_of(whole.data, start + outer->content.size), .at = start};
    struct box inner;
    enum rc rc = RC_OK;
    while (rc == RC_OK && b.at < b.bytes.size)
        rc = read_box(&b, &inner, e);
    return rc == RC_OK ? rc : err_wrap(e, "inside box %.4s", outer->type);
}

static enum rc check_box(struct boxes *b, const struct box *box, struct err *e)
{
    if (box_is(box, "ftyp")) {
        b->file_type_seen = true;
        return box->content.size >= BOX_HEAD + TYPE_SIZE && box->content.size % TYPE_SIZE == 0
                   ? RC_OK
                   : err_set(e, RC_INPUT, "offset %zu: box ftyp of %zu bytes", box->at,
                             box->content.size);
    }
    if (!b->file_type_seen)
        return err_set(e, RC_INPUT, "offset %zu: box %.4s before ftyp", box->at, box->type);
    if (box_is(box, "jp2h")) {
        b->header_seen = true;
        return check_inner(b->bytes, box, e);
    }
    if (!box_is(box, "jp2c"))
        return RC_OK;
    if (!b->header_seen)
        return err_set(e, RC_INPUT, "offset %zu: box jp2c before jp2h", box->at);
    b->codestream_seen = true;
    return j2k_check(box->content, (size_t)(box->content.data - b->bytes.data), e);
}

static enum rc jp2_check(struct span bytes, struct err *e)
{
    struct boxes b = {.bytes = bytes, .at = sizeof MAGIC};
    struct box box;
    enum rc rc = RC_OK;
    while (rc == RC_OK && b.at < bytes.size) {
        rc = read_box(&b, &box, e);
        if (rc == RC_OK)
            rc = check_box(&b, &box, e);
    }
    if (rc == RC_OK && !b.codestream_seen)
        return err_set(e, RC_INPUT, "the file ends at offset %zu without a codestream (box jp2c)",
                       b.at);
    return rc;
}

const struct image_format FORMAT_JP2 = {
    .name = "jp2",
    .says = "JPEG 2000 (JP2, JPX)",
    .proves = "the boxes fill the file and the codestream has all its tile-parts and its end; "
              "coded data carry no checksum",
    .source = "ITU-T T.800, annex I",
    .begins = jp2_begins,
    .check = jp2_check,
};
