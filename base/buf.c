#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST_ROOM = 256 };

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_release(struct buf *b)
{
    if (b == NULL)
        return;
    free(b->data);
    *b = (struct buf){.max = b->max};
}

enum rc buf_reserve(struct buf *b, size_t size, struct err *e)
{
    if (size > b->max || size == SIZE_MAX)
        return err_set(e, RC_INPUT, "a buffer of %zu bytes would pass its ceiling of %zu", size,
                       b->max);
    if (size < b->room) /* room includes the NUL */
        return RC_OK;
    size_t room = b->room < BUF_FIRST_ROOM ? BUF_FIRST_ROOM : b->room;
    while (room <= size)
        room = room > SIZE_MAX / 2 ? size + 1 : room * 2;
    uint8_t *grown = realloc(b->data, room);
    if (grown == NULL)
        return err_set(e, RC_INFRA, "out of memory for a buffer of %zu bytes", room);
    b->data = grown;
    b->room = room;
    return RC_OK;
}

enum rc buf_append(struct buf *b, const void *data, size_t size, struct err *e)
{
    if (size == 0)
        return RC_OK;
    if (size > SIZE_MAX - b->size)
        return err_set(e, RC_INPUT, "buffer length overflows");
    enum rc rc = buf_reserve(b, b->size + size, e);
    if (rc != RC_OK)
        return rc;
    memcpy(b->data + b->size, data, size);
    b->size += size;
    b->data[b->size] = '\0';
    return RC_OK;
}

enum rc buf_appendf(struct buf *b, struct err *e, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    enum rc rc = RC_OK;
    if (need < 0)
        rc = err_set(e, RC_INPUT, "cannot format text");
    else if ((size_t)need > SIZE_MAX - b->size)
        rc = err_set(e, RC_INPUT, "buffer length overflows");
    else
        rc = buf_reserve(b, b->size + (size_t)need, e);
    if (rc == RC_OK) {
        (void)vsnprintf((char *)b->data + b->size, (size_t)need + 1, fmt, again);
        b->size += (size_t)need;
    }
    va_end(again);
    return rc;
}
