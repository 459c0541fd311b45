/*
 * References arrive in a topic that others may write to: whatever they hold, reading them is safe,
 * and one that was taken for right adds up, stays within its bucket and can be written again.
 */
#include "core/image/object_reference.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct object_reference *r)
{
    int64_t stored = 0;
    int64_t plain = 0;
    for (size_t i = 0; i < r->frame_count; i++) {
        must(r->frames[i].stored_size > 0 && object_frame_size(r, i) > 0);
        stored += r->frames[i].stored_size;
        plain += object_frame_size(r, i);
    }
    must(stored == r->stored_size && plain == r->size);
    must(strpbrk(r->etag, "\r\n") == NULL);
    must(r->key[0] != '/' && strncmp(r->key, "../", 3) != 0 && strstr(r->key, "/../") == NULL);
}

static void write_again(const struct object_reference *r)
{
    struct err e = {0};
    struct buf text;
    struct object_reference back;
    buf_init(&text, 64 << 20);
    must(object_reference_write(r, &text, &e) == RC_OK);
    must(object_reference_read(buf_span(&text), &back, &e) == RC_OK);
    must(strcmp(back.key, r->key) == 0 && back.frame_count == r->frame_count);
    object_reference_release(&back);
    buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct object_reference r;
    struct err e = {0};
    if (object_reference_read(span_of(data, size), &r, &e) != RC_OK) {
        must(e.text[0] != '\0' && r.frames == NULL);
        return 0;
    }
    check(&r);
    write_again(&r);
    object_reference_release(&r);
    return 0;
}
