/* HDF4: the linked list of data descriptor blocks, and where every descriptor points. */
#include "base/byte_order.h"
#include "core/image/format/image_format_table.h"

static const uint8_t MAGIC[] = {0x0e, 0x03, 0x13, 0x01};
enum {
    BLOCK_HEAD = 6,  /* number of descriptors, offset of the next block */
    DESCRIPTOR = 12, /* tag, reference, offset, length */
    TAG_NULL = 1,    /* an unused descriptor */
};
static const uint32_t NOT_WRITTEN = 0xffffffff; /* offset or length of an element without data */

static bool hdf4_begins(struct span bytes)
{
    return begins_with(bytes, MAGIC, sizeof MAGIC);
}

static enum rc check_descriptor(struct span bytes, size_t at, struct err *e)
{
    const uint8_t *d = bytes.data + at;
    uint16_t tag = be16(d);
    uint32_t offset = be32(d + 4);
    uint32_t length = be32(d + 8);
    if (tag == TAG_NULL || offset == NOT_WRITTEN || length == NOT_WRITTEN)
        return RC_OK;
    if (offset > bytes.size || length > bytes.size - offset)
        return err_set(e, RC_INPUT,
                       "offset %zu: element %u/%u stands at %u with %u bytes, and the file has %zu",
                       at, tag, be16(d + 2), offset, length, bytes.size);
    return RC_OK;
}

/* Checks the block at `at` and says where the next one is (0: none). */
static enum rc check_block(struct span bytes, size_t at, size_t *size, size_t *next, struct err *e)
{
    if (at > bytes.size || bytes.size - at < BLOCK_HEAD)
        return err_set(e, RC_INPUT, "offset %zu: a block of descriptors past the end", at);
    size_t count = be16(bytes.data + at);
    *next = be32(bytes.data + at + 2);
    *size = BLOCK_HEAD + count * DESCRIPTOR;
    if (count == 0)
        return err_set(e, RC_INPUT, "offset %zu: a block of no descriptors", at);
    if (*size > bytes.size - at)
        return err_set(e, RC_INPUT, "offset %zu: a block of %zu descriptors goes past the end", at,
                       count);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = check_descriptor(bytes, at + BLOCK_HEAD + i * DESCRIPTOR, e);
    return rc;
}

static enum rc hdf4_check(struct span bytes, struct err *e)
{
    size_t at = sizeof MAGIC;
    size_t walked = 0;
    do {
        size_t size = 0;
        size_t next = 0;
        enum rc rc = check_block(bytes, at, &size, &next, e);
        if (rc != RC_OK)
            return rc;
        walked += size;
        if (walked > bytes.size)
            return err_set(e, RC_INPUT, "the blocks of descriptors go in a circle");
        at = next;
    } while (at != 0);
    return RC_OK;
}

const struct image_format FORMAT_HDF4 = {
    .name = "hdf4",
    .says = "HDF4",
    .proves = "every descriptor block is there and every element lies within the file; the format "
              "has no checksums",
    .source = "The HDF Group, HDF Specification and Developer's Guide 4.2",
    .begins = hdf4_begins,
    .check = hdf4_check,
};
