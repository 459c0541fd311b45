/* A broker's log folder made by hand in a temporary place, for tests; removed by folder_remove. */
#ifndef ASSAY_TESTS_UNIT_STORED_FOLDER_H
#define ASSAY_TESTS_UNIT_STORED_FOLDER_H

#include "tests/unit/core/log/stored_sample.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_PATH = 256, FOLDER_FDS = 8 };

struct log_folder {
    char path[FOLDER_PATH];
};

static inline bool folder_make(struct log_folder *f)
{
    (void)snprintf(f->path, sizeof f->path, "%s", "/tmp/assay-test-XXXXXX");
    return mkdtemp(f->path) != NULL;
}

static inline int folder_remove_one(const char *path, const struct stat *st, int type,
                                    struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void folder_remove(struct log_folder *f)
{
    (void)nftw(f->path, folder_remove_one, FOLDER_FDS, FTW_DEPTH | FTW_PHYS);
}

/* Writes bytes to PATH/partition/name, making the partition's folder when needed. */
static inline bool folder_write(const struct log_folder *f, const char *partition, const char *name,
                                struct span bytes)
{
    char path[FOLDER_PATH * 3];
    (void)snprintf(path, sizeof path, "%s/%s", f->path, partition);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof path, "%s/%s/%s", f->path, partition, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return false;
    bool good = bytes.size == 0 || fwrite(bytes.data, 1, bytes.size, file) == bytes.size;
    return fclose(file) == 0 && good;
}

/* Appends count batches of records_each records, offsets rising from *next. */
static inline bool folder_batches(struct buf *b, int64_t *next, int count, int32_t records_each,
                                  size_t body_size)
{
    static const uint8_t body[65536];
    for (int i = 0; i < count; i++) {
        const struct stored_sample s = {.base_offset = *next,
                                        .records = records_each,
                                        .attributes = 1,
                                        .body = span_of(body, body_size)};
        if (!sample_append(b, &s))
            return false;
        *next += records_each;
    }
    return true;
}

#endif
