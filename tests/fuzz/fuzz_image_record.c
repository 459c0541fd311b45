/*
 * Any bytes, read as an image record of any kind: what is found is inside the record or the buffer,
 * and a document that is taken is taken again when it is written anew from what was read.
 */
#include "core/image/image_document.h"
#include "core/image/image_record.h"
#include "core/image/image_source.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void write_again(struct span image)
{
    static const char json[] = "{\"format\":\"png\"}";
    struct err e = {0};
    struct image_metadata m;
    struct buf back;
    struct image_source source = image_source_of(&image);
    size_t record_size = image_document_size(sizeof json - 1, image.size);
    uint8_t *record = malloc(record_size);
    must(record != NULL);
    must(image_document_write(span_str(json), &source, record, &e) == RC_OK);
    buf_init(&back, record_size);
    must(image_document_read(span_of(record, record_size), &back, &m, &e) == RC_OK);
    must(back.size == image.size &&
         (image.size == 0 || memcmp(back.data, image.data, image.size) == 0));
    buf_release(&back);
    free(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct image_record got;
    struct buf decoded;
    struct err e = {0};
    buf_init(&decoded, size + 16);
    if (image_record_read(span_of(data, size), &decoded, &got, &e) != RC_OK)
        must(e.text[0] != '\0');
    else if (got.kind == IMAGE_RECORD_DOCUMENT)
        write_again(got.image);
    else if (got.kind != IMAGE_RECORD_CHUNK)
        must(got.image.data + got.image.size == data + size);
    buf_release(&decoded);
    return 0;
}
