#define _POSIX_C_SOURCE 200809L /* fileno */
#include "bench/measure/block_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FIRST_ROOM = 64, READ_STEP = 1 << 20 };
static const size_t TOTAL_MAX = (size_t)4 << 30;

void block_list_init(struct block_list *l, struct block_rule rule)
{
    *l = (struct block_list){.rule = rule};
    buf_init(&l->bytes, TOTAL_MAX);
}

void block_list_release(struct block_list *l)
{
    if (l == NULL)
        return;
    buf_release(&l->bytes);
    free(l->ends);
    block_list_init(l, l->rule);
}

struct span block_list_at(const struct block_list *l, size_t i)
{
    size_t start = i == 0 ? 0 : l->ends[i - 1];
    return span_of(l->bytes.data + start, l->ends[i] - start);
}

size_t block_list_largest(const struct block_list *l)
{
    size_t largest = 0;
    for (size_t i = 0; i < l->count; i++) {
        size_t size = block_list_at(l, i).size;
        largest = size > largest ? size : largest;
    }
    return largest;
}

static enum rc close_block(struct block_list *l, struct err *e)
{
    if (l->open_count == 0)
        return RC_OK;
    if (l->count == l->room) {
        size_t room = l->room == 0 ? FIRST_ROOM : l->room * 2;
        size_t *grown = realloc(l->ends, room * sizeof *grown);
        if (grown == NULL)
            return err_set(e, RC_INFRA, "out of memory for %zu blocks", room);
        l->ends = grown;
        l->room = room;
    }
    l->ends[l->count++] = l->bytes.size;
    l->open_start = l->bytes.size;
    l->open_count = 0;
    return RC_OK;
}

static enum rc add_record(struct block_list *l, struct span record, struct err *e)
{
    size_t open_bytes = l->bytes.size - l->open_start;
    enum rc rc = RC_OK;
    if (l->rule.batch_bytes > 0 && open_bytes + record.size > l->rule.batch_bytes)
        rc = close_block(l, e);
    if (rc == RC_OK)
        rc = buf_append(&l->bytes, record.data, record.size, e);
    if (rc != RC_OK)
        return rc;
    l->records++;
    l->open_count++;
    return l->open_count == l->rule.batch_records ? close_block(l, e) : RC_OK;
}

/* Takes one record off the front of *rest; an empty one is a line that does not count. */
static struct span next_record(const struct block_rule *rule, struct span *rest)
{
    size_t size = rest->size;
    size_t taken = size;
    const uint8_t *newline = rule->lines ? memchr(rest->data, '\n', rest->size) : NULL;
    if (newline != NULL) {
        size = (size_t)(newline - rest->data);
        taken = size + 1;
    } else if (!rule->lines && rule->record_bytes > 0 && rule->record_bytes < size) {
        size = rule->record_bytes;
        taken = size;
    }
    struct span record = span_of(rest->data, size);
    *rest = span_of(rest->data + taken, rest->size - taken);
    return record;
}

enum rc block_list_add(struct block_list *l, struct span content, const char *name, struct err *e)
{
    if (content.size == 0)
        return err_set(e, RC_INPUT, "%s: the file is empty; there is nothing to compress", name);
    size_t before = l->records;
    enum rc rc = RC_OK;
    for (struct span rest = content; rc == RC_OK && rest.size > 0;) {
        struct span record = next_record(&l->rule, &rest);
        if (record.size > 0)
            rc = add_record(l, record, e);
        else
            l->empty_lines++;
    }
    if (rc == RC_OK)
        rc = close_block(l, e);
    if (rc != RC_OK)
        return err_wrap(e, "%s", name);
    if (l->records == before)
        return err_set(e, RC_INPUT, "%s: every line is empty; there is nothing to compress", name);
    return RC_OK;
}

static enum rc read_all(FILE *file, struct buf *out, struct err *e)
{
    size_t got = 0;
    do {
        enum rc rc = buf_reserve(out, out->size + READ_STEP, e);
        if (rc != RC_OK)
            return rc;
        got = fread(out->data + out->size, 1, READ_STEP, file);
        out->size += got;
    } while (got == READ_STEP);
    if (ferror(file))
        return err_sys(e, RC_INPUT, errno, "cannot be read");
    return RC_OK;
}

/* A pipe ends when its writer does; a device such as /dev/zero may never. */
static enum rc check_ends(FILE *file, struct err *e)
{
    struct stat about;
    if (file != stdin && fstat(fileno(file), &about) == 0 &&
        (S_ISCHR(about.st_mode) || S_ISBLK(about.st_mode)))
        return err_set(e, RC_INPUT, "found a device; expected a file");
    return RC_OK;
}

enum rc block_list_add_file(struct block_list *l, const char *path, struct err *e)
{
    bool standard_input = strcmp(path, "-") == 0;
    const char *name = standard_input ? "standard input" : path;
    FILE *file = standard_input ? stdin : fopen(path, "rb");
    if (file == NULL)
        return err_sys(e, RC_INPUT, errno, "%s: cannot be opened", name);
    struct buf content;
    buf_init(&content, TOTAL_MAX);
    enum rc rc = check_ends(file, e);
    if (rc == RC_OK)
        rc = read_all(file, &content, e);
    if (rc != RC_OK)
        rc = err_wrap(e, "%s", name);
    else
        rc = block_list_add(l, buf_span(&content), name, e);
    buf_release(&content);
    if (!standard_input)
        (void)fclose(file);
    return rc;
}
