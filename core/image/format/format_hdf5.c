/*
 * HDF5: the superblock, its checksum where it has one, the end of file it names and the root group.
 * NetCDF-4 files are HDF5 files and are not told apart.
 */
#include "base/byte_order.h"
#include "core/image/format/image_format_table.h"

static const uint8_t MAGIC[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
enum {
    FIRST_USER_BLOCK = 512, /* the superblock stands at 0, 512, 1024, 2048, … */
    VERSION_AT = 8,
    CHECKSUM = 4,
    ADDRESS_MIN = 2,
    ADDRESS_MAX = 8,
    OBJECT_HEADER_V1 = 1, /* first byte of an object header of version 1 */
};

/* Where the fields of a superblock version stand, from its start. */
struct layout {
    size_t address_size_at; /* one byte each: size of addresses, then of lengths */
    size_t addresses_at;    /* base, then another, then end of file */
    size_t addresses;       /* how many before the root's */
    bool root_entry;        /* the root is a symbol table entry: a link name offset first */
    bool checksum;          /* after the root's address */
};
static const struct layout LAYOUTS[] = {
    {.address_size_at = 13, .addresses_at = 24, .addresses = 4, .root_entry = true},
    {.address_size_at = 13, .addresses_at = 28, .addresses = 4, .root_entry = true},
    {.address_size_at = 9, .addresses_at = 12, .addresses = 3, .checksum = true},
    {.address_size_at = 9, .addresses_at = 12, .addresses = 3, .checksum = true},
};
enum { LAYOUT_COUNT = sizeof LAYOUTS / sizeof LAYOUTS[0], END_OF_FILE = 2 };

/* Offset of the superblock; SIZE_MAX: none. */
static size_t find_superblock(struct span bytes)
{
    for (size_t at = 0; at < bytes.size; at = at == 0 ? FIRST_USER_BLOCK : at * 2)
        if (begins_with(span_of(bytes.data + at, bytes.size - at), MAGIC, sizeof MAGIC))
            return at;
    return SIZE_MAX;
}

static bool hdf5_begins(struct span bytes)
{
    return find_superblock(bytes) != SIZE_MAX;
}

static uint32_t rotate(uint32_t value, unsigned bits)
{
    return value << bits | value >> (32 - bits);
}

/* Three words mixed so that each bit of input reaches every bit. */
static void lookup3_mix(uint32_t w[3])
{
    static const unsigned TURNS[] = {4, 6, 8, 16, 19, 4};
    for (size_t i = 0; i < sizeof TURNS / sizeof TURNS[0]; i++) {
        size_t a = i % 3, b = (i + 1) % 3, c = (i + 2) % 3;
        w[a] = (w[a] - w[c]) ^ rotate(w[c], TURNS[i]);
        w[c] += w[b];
    }
}

static uint32_t lookup3_end(uint32_t w[3])
{
    static const unsigned TURNS[] = {14, 11, 25, 16, 4, 14, 24};
    for (size_t i = 0; i < sizeof TURNS / sizeof TURNS[0]; i++) {
        size_t to = (i + 2) % 3, from = (i + 1) % 3;
        w[to] = (w[to] ^ w[from]) - rotate(w[from], TURNS[i]);
    }
    return w[2];
}

/* The superblock's checksum: Jenkins' lookup3 with a seed of 0 (burtleburtle.net/bob/c/lookup3.c).
 */
static uint32_t lookup3(const uint8_t *bytes, size_t size)
{
    uint32_t w[3];
    w[0] = w[1] = w[2] = 0xdeadbeef + (uint32_t)size;
    for (; size > 12; size -= 12, bytes += 12) {
        for (size_t i = 0; i < 3; i++)
            w[i] += (uint32_t)little_endian(bytes + 4 * i, 4);
        lookup3_mix(w);
    }
    if (size == 0)
        return w[2];
    for (size_t i = 0; i < size; i++)
        w[i / 4] += (uint32_t)bytes[i] << (8 * (i % 4));
    return lookup3_end(w);
}

/* The root group must begin as an object header does. */
static enum rc check_root(struct span bytes, uint64_t at, struct err *e)
{
    if (at >= bytes.size || bytes.size - at < 4)
        return err_set(e, RC_INPUT, "the root group stands at %llu, and the file has %zu bytes",
                       (unsigned long long)at, bytes.size);
    const uint8_t *root = bytes.data + at;
    if (memcmp(root, "OHDR", 4) != 0 && root[0] != OBJECT_HEADER_V1)
        return err_set(e, RC_INPUT, "offset %llu: no object header where the root group would be",
                       (unsigned long long)at);
    return RC_OK;
}

static enum rc check_end_of_file(struct span bytes, uint64_t end, struct err *e)
{
    if (end <= bytes.size)
        return RC_OK;
    return err_set(e, RC_INPUT, "cut short: the superblock says %llu bytes, the file has %zu",
                   (unsigned long long)end, bytes.size);
}

static enum rc hdf5_check(struct span bytes, struct err *e)
{
    size_t start = find_superblock(bytes);
    struct span block = span_of(bytes.data + start, bytes.size - start);
    uint8_t version = block.size > VERSION_AT ? block.data[VERSION_AT] : 0;
    if (version >= LAYOUT_COUNT)
        return err_set(e, RC_INPUT, "superblock version %u; 0 to %d are known", version,
                       LAYOUT_COUNT - 1);
    const struct layout *l = &LAYOUTS[version];
    if (block.size < l->addresses_at)
        return err_set(e, RC_INPUT, "cut short inside the superblock");
    size_t width = block.data[l->address_size_at];
    size_t lengths = block.data[l->address_size_at + 1];
    if (width < ADDRESS_MIN || width > ADDRESS_MAX || lengths < ADDRESS_MIN ||
        lengths > ADDRESS_MAX)
        return err_set(e, RC_INPUT, "addresses of %zu and lengths of %zu bytes", width, lengths);
    const uint8_t *addresses = block.data + l->addresses_at;
    size_t root_at = l->addresses_at + (l->addresses + (l->root_entry ? 1 : 0)) * width;
    size_t size = root_at + width;
    if (block.size < size + (l->checksum ? CHECKSUM : 0))
        return err_set(e, RC_INPUT, "cut short inside the superblock");
    if (l->checksum && lookup3(block.data, size) != little_endian(block.data + size, CHECKSUM))
        return err_set(e, RC_INPUT, "the superblock is damaged: its checksum is wrong");
    /* The library takes the superblock's place as the base, whatever base it names. */
    uint64_t base = little_endian(addresses, width);
    uint64_t end = little_endian(addresses + END_OF_FILE * width, width);
    if (end < base)
        return err_set(e, RC_INPUT, "the end of the file, %llu, stands before its base, %llu",
                       (unsigned long long)end, (unsigned long long)base);
    enum rc rc = check_end_of_file(block, end - base, e);
    return rc == RC_OK ? check_root(block, little_endian(block.data + root_at, width), e) : rc;
}

const struct image_format FORMAT_HDF5 = {
    .name = "hdf5",
    .says = "HDF5, and with it NetCDF-4",
    .proves = "the superblock is right (versions 2 and 3 by checksum), the file is as long as it "
              "says and the root group is there",
    .source = "The HDF Group, HDF5 File Format Specification 3.0, section II.A",
    .begins = hdf5_begins,
    .check = hdf5_check,
};
