/* JPEG: marker by marker from SOI to EOI, through every scan. */
#include "base/byte_order.h"
#include "core/image/format/image_format_table.h"

static const uint8_t MAGIC[] = {0xff, 0xd8, 0xff};
enum {
    MARKER_TEM = 0x01,
    MARKER_SOF0 = 0xc0,
    MARKER_DHT = 0xc4,
    MARKER_JPG = 0xc8,
    MARKER_DAC = 0xcc,
    MARKER_SOF15 = 0xcf,
    MARKER_RST0 = 0xd0,
    MARKER_RST7 = 0xd7,
    MARKER_SOI = 0xd8,
    MARKER_EOI = 0xd9,
    MARKER_SOS = 0xda,
    FRAME_LEAST = 8, /* bytes of a frame header without its components */
    COMPONENT = 3,
};

struct jpeg {
    struct span bytes;
    size_t at;
    uint8_t marker;
    bool frame_seen; /* a start of frame, which every scan needs */
    bool scan_seen;
};

static bool jpeg_begins(struct span bytes)
{
    return begins_with(bytes, MAGIC, sizeof MAGIC);
}

static bool is_frame(uint8_t marker)
{
    return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
           marker != MARKER_JPG && marker != MARKER_DAC;
}

/* Reads the marker at j->at, with the fill bytes that may stand before it. */
static enum rc read_marker(struct jpeg *j, struct err *e)
{
    size_t from = j->at;
    if (j->at < j->bytes.size && j->bytes.data[j->at] != 0xff)
        return err_set(e, RC_INPUT, "offset %zu: %02x; expected a marker", j->at,
                       j->bytes.data[j->at]);
    while (j->at < j->bytes.size && j->bytes.data[j->at] == 0xff)
        j->at++;
    if (j->at >= j->bytes.size)
        return err_set(e, RC_INPUT, "the file ends at offset %zu without an end-of-image marker",
                       from);
    j->marker = j->bytes.data[j->at++];
    if (j->marker == 0 || j->marker == MARKER_SOI)
        return err_set(e, RC_INPUT, "offset %zu: marker ff%02x cannot stand here", from, j->marker);
    return RC_OK;
}

static enum rc check_frame(const struct jpeg *j, struct span segment, struct err *e)
{
    if (segment.size < FRAME_LEAST)
        return err_set(e, RC_INPUT, "offset %zu: a frame header of %zu bytes", j->at, segment.size);
    uint8_t components = segment.data[7];
    if (be16(segment.data + 5) == 0 || components == 0)
        return err_set(e, RC_INPUT, "offset %zu: a frame without width or components", j->at);
    if (segment.size != FRAME_LEAST + COMPONENT * (size_t)components)
        return err_set(e, RC_INPUT, "offset %zu: a frame header of %zu bytes for %u components",
                       j->at, segment.size, components);
    return RC_OK;
}

/* Reads past the segment of the marker in hand. */
static enum rc read_segment(struct jpeg *j, struct err *e)
{
    size_t left = j->bytes.size - j->at;
    size_t length = left >= 2 ? be16(j->bytes.data + j->at) : 0;
    if (left < 2 || length > left)
        return err_set(e, RC_INPUT, "offset %zu: segment ff%02x goes past the end", j->at,
                       j->marker);
    if (length < 2)
        return err_set(e, RC_INPUT, "offset %zu: segment ff%02x of %zu bytes", j->at, j->marker,
                       length);
    if (is_frame(j->marker)) {
        enum rc rc = check_frame(j, span_of(j->bytes.data + j->at, length), e);
        if (rc != RC_OK)
            return rc;
        j->frame_seen = true;
    }
    j->at += length;
    return RC_OK;
}

/* Reads past coded data: up to the next marker that is no restart and no stuffed byte. */
static void skip_coded(struct jpeg *j)
{
    while (j->at < j->bytes.size) {
        const uint8_t *found =
            memchr(j->bytes.data + j->at, 0xff, j->bytes.size - j->at); /* NULL: none */
        j->at = found != NULL ? (size_t)(found - j->bytes.data) : j->bytes.size;
        if (j->bytes.size - j->at < 2)
            return;
        uint8_t next = j->bytes.data[j->at + 1];
        if (next != 0 && !(next >= MARKER_RST0 && next <= MARKER_RST7))
            return;
        j->at += 2;
    }
}

static enum rc read_scan(struct jpeg *j, struct err *e)
{
    if (!j->frame_seen)
        return err_set(e, RC_INPUT, "offset %zu: a scan before any frame header", j->at);
    enum rc rc = read_segment(j, e);
    if (rc == RC_OK)
        skip_coded(j);
    j->scan_seen = true;
    return rc;
}

static enum rc jpeg_check(struct span bytes, struct err *e)
{
    struct jpeg j = {.bytes = bytes, .at = 2};
    for (;;) {
        enum rc rc = read_marker(&j, e);
        if (rc != RC_OK)
            return rc;
        if (j.marker == MARKER_EOI)
            return j.scan_seen ? RC_OK : err_set(e, RC_INPUT, "no scan before the end of image");
        if (j.marker == MARKER_TEM || (j.marker >= MARKER_RST0 && j.marker <= MARKER_RST7))
            continue;
        rc = j.marker == MARKER_SOS ? read_scan(&j, e) : read_segment(&j, e);
        if (rc != RC_OK)
            return rc;
    }
}

const struct image_format FORMAT_JPEG = {
    .name = "jpeg",
    .says = "JPEG",
    .proves = "every marker segment from start to end of image is there; coded data carry no "
              "checksum, and what follows the end of image is not looked at",
    .source = "ITU-T T.81, annex B",
    .begins = jpeg_begins,
    .check = jpeg_check,
};
