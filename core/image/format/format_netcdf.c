/* NetCDF classic (CDF-1, CDF-2, CDF-5): the header, and the extent of every variable's data. */
#include "base/byte_order.h"
#include "core/image/format/image_format_table.h"

#include <stdlib.h>

static const uint8_t MAGIC[] = {'C', 'D', 'F'};
enum {
    TAG_ABSENT = 0,
    TAG_DIMENSION = 10,
    TAG_VARIABLE = 11,
    TAG_ATTRIBUTE = 12,
    TAG_SIZE = 4,
    ALIGN = 4,
    CDF1 = 1,
    CDF2 = 2,
    CDF5 = 5,
    DIMENSIONS_MAX = 65536, /* NetCDF's own library takes 1024 */
};
/* Bytes of a value of each type, by NC_BYTE … NC_UINT64; 0: no such type. */
static const uint8_t TYPE_BYTES[] = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
enum { TYPES = sizeof TYPE_BYTES / sizeof TYPE_BYTES[0], CDF1_TYPES = 7 };

/* A reader of the header. The first failure sticks. */
struct header {
    struct span bytes;
    size_t at;
    size_t count_size;  /* bytes of a count: 4, CDF-5 8 */
    size_t offset_size; /* bytes of a file offset: CDF-1 4, else 8 */
    uint32_t types;     /* how many are known */
    uint64_t records;   /* length of the record dimension */
    bool streaming;     /* that length is not told */
    uint64_t *lengths;  /* owned; of every dimension, 0: the record dimension */
    uint64_t dimensions;
    uint64_t record_size; /* of all record variables */
    uint64_t record_vars; /* how many */
    enum rc rc;
    struct err *err;
};

static bool netcdf_begins(struct span bytes)
{
    return begins_with(bytes, MAGIC, sizeof MAGIC) && bytes.size > sizeof MAGIC &&
           (bytes.data[3] == CDF1 || bytes.data[3] == CDF2 || bytes.data[3] == CDF5);
}

static void fail(struct header *h, const char *what)
{
    if (h->rc == RC_OK)
        h->rc = err_set(h->err, RC_INPUT, "offset %zu: %s", h->at, what);
}

/* Goes size bytes on, when they are there. */
static void skip(struct header *h, uint64_t size)
{
    if (h->rc == RC_OK && size > h->bytes.size - h->at)
        fail(h, "the header goes past the end of the file");
    if (h->rc == RC_OK)
        h->at += (size_t)size;
}

static uint64_t number(struct header *h, size_t size)
{
    size_t from = h->at;
    skip(h, size);
    return h->rc == RC_OK ? big_endian(h->bytes.data + from, size) : 0;
}

/* A count of things of at least `least` bytes each: more than fit in the file are a failure. */
static uint64_t count(struct header *h, size_t least)
{
    uint64_t n = number(h, h->count_size);
    if (h->rc == RC_OK && n > (h->bytes.size - h->at) / least)
        fail(h, "a list or text that is longer than the file");
    return h->rc == RC_OK ? n : 0;
}

static uint64_t padded(uint64_t size)
{
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

static void skip_name(struct header *h)
{
    uint64_t size = count(h, 1);
    if (h->rc == RC_OK && size == 0)
        fail(h, "a name without letters");
    skip(h, padded(size));
}

/* The head of a list: how many elements of at least `least` bytes. */
static uint64_t list(struct header *h, uint32_t tag, size_t least)
{
    uint64_t found = number(h, TAG_SIZE);
    uint64_t n = count(h, least);
    if (h->rc == RC_OK && found != tag && !(found == TAG_ABSENT && n == 0))
        fail(h, "expected a list of dimensions, attributes or variables here");
    return h->rc == RC_OK ? n : 0;
}

static uint64_t type_size(struct header *h)
{
    uint64_t type = number(h, TAG_SIZE);
    if (h->rc == RC_OK && (type == 0 || type >= h->types))
        fail(h, "an unknown type of data");
    return h->rc == RC_OK ? TYPE_BYTES[type] : 0;
}

static void skip_attributes(struct header *h)
{
    uint64_t n = list(h, TAG_ATTRIBUTE, TAG_SIZE);
    for (uint64_t i = 0; h->rc == RC_OK && i < n; i++) {
        skip_name(h);
        uint64_t size = type_size(h);
        if (size > 0)
            skip(h, padded(count(h, (size_t)size) * size));
    }
}

static void read_dimensions(struct header *h)
{
    h->dimensions = list(h, TAG_DIMENSION, TAG_SIZE);
    if (h->dimensions > DIMENSIONS_MAX)
        fail(h, "more than 65536 dimensions");
    if (h->rc != RC_OK || h->dimensions == 0)
        return;
    h->lengths = calloc((size_t)h->dimensions, sizeof *h->lengths);
    if (h->lengths == NULL)
        h->rc = err_set(h->err, RC_INFRA, "out of memory for the dimensions");
    for (uint64_t i = 0; h->rc == RC_OK && i < h->dimensions; i++) {
        skip_name(h);
        h->lengths[i] = number(h, h->count_size);
    }
}

/* a * b, or UINT64_MAX where that does not fit. */
static uint64_t product(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

struct variable {
    uint64_t begin; /* offset of its data, of its first record */
    uint64_t size;  /* bytes of its data, of one record */
    bool record;
};

static void read_variable(struct header *h, struct variable *v)
{
    *v = (struct variable){.size = 1};
    skip_name(h);
    uint64_t rank = count(h, h->count_size);
    for (uint64_t i = 0; h->rc == RC_OK && i < rank; i++) {
        uint64_t id = number(h, h->count_size);
        if (h->rc == RC_OK && id >= h->dimensions)
            fail(h, "a variable of an unknown dimension");
        uint64_t length = h->rc == RC_OK ? h->lengths[id] : 1;
        if (length == 0 && i == 0)
            v->record = true;
        else
            v->size = product(v->size, length);
    }
    skip_attributes(h);
    v->size = product(v->size, type_size(h));
    (void)number(h, h->count_size); /* its size as the file says: wrong by design for large ones */
    v->begin = number(h, h->offset_size);
}

static void check_extent(struct header *h, const struct variable *v)
{
    uint64_t step = h->record_vars == 1 ? v->size : h->record_size;
    uint64_t before = v->record && h->records > 0 ? product(h->records - 1, step) : 0;
    uint64_t size = v->record && (h->records == 0 || h->streaming) ? 0 : v->size;
    uint64_t room = h->bytes.size;
    if (h->rc != RC_OK)
        return;
    if (h->streaming)
        before = 0;
    if (v->begin > room || before > room - v->begin || size > room - v->begin - before)
        h->rc = err_set(h->err, RC_INPUT,
                        "offset %zu: a variable's data go past the end: %llu bytes from %llu, and "
                        "the file has %zu",
                        h->at, (unsigned long long)(before + size), (unsigned long long)v->begin,
                        h->bytes.size);
}

/* Twice over the list: a record is as long as all record variables together. */
static void read_variables(struct header *h)
{
    size_t start = h->at;
    for (int pass = 0; h->rc == RC_OK && pass < 2; pass++) {
        h->at = start;
        uint64_t n = list(h, TAG_VARIABLE, TAG_SIZE);
        for (uint64_t i = 0; h->rc == RC_OK && i < n; i++) {
            struct variable v;
            read_variable(h, &v);
            if (pass == 1)
                check_extent(h, &v);
            else if (v.record) {
                h->record_vars++;
                h->record_size += v.size > h->bytes.size ? h->bytes.size : padded(v.size);
            }
        }
    }
}

static enum rc netcdf_check(struct span bytes, struct err *e)
{
    uint8_t version = bytes.data[3];
    struct header h = {.bytes = bytes,
                       .at = sizeof MAGIC + 1,
                       .count_size = version == CDF5 ? 8 : 4,
                       .offset_size = version == CDF1 ? 4 : 8,
                       .types = version == CDF5 ? TYPES : CDF1_TYPES,
                       .err = e};
    h.records = number(&h, h.count_size);
    h.streaming = h.records == (version == CDF5 ? UINT64_MAX : UINT32_MAX);
    read_dimensions(&h);
    skip_attributes(&h);
    read_variables(&h);
    free(h.lengths);
    return h.rc;
}

const struct image_format FORMAT_NETCDF = {
    .name = "netcdf",
    .says = "NetCDF classic (CDF-1, CDF-2, CDF-5); NetCDF-4 is HDF5",
    .proves = "the header is whole and every variable's data lie within the file; the format has "
              "no checksums",
    .source = "Unidata, NetCDF File Format Specifications, appendix B",
    .begins = netcdf_begins,
    .check = netcdf_check,
};
