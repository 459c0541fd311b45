#include "core/image/format/image_format.h"

#include "core/image/format/image_format_table.h"

#include <stdio.h>

#define FORMAT_ENTRY(row) &(row),
const struct image_format *const IMAGE_FORMATS[] = {EACH_FORMAT(FORMAT_ENTRY) NULL};

enum { SHOWN_BYTES = 8, NAMES_TEXT = 128 };

const struct image_format *image_format_find(const char *name)
{
    for (const struct image_format *const *f = IMAGE_FORMATS; *f != NULL; f++)
        if (strcmp((*f)->name, name) == 0)
            return *f;
    return NULL;
}

const struct image_format *image_format_recognise(struct span bytes)
{
    for (const struct image_format *const *f = IMAGE_FORMATS; *f != NULL; f++)
        if ((*f)->begins(bytes))
            return *f;
    return NULL;
}

static enum rc fail_unknown(struct span bytes, struct err *e)
{
    char shown[SHOWN_BYTES * 3 + 1] = "";
    char names[NAMES_TEXT] = "";
    size_t used = 0;
    if (bytes.size == 0)
        return err_set(e, RC_INPUT, "no bytes at all");
    for (size_t i = 0; i < SHOWN_BYTES && i < bytes.size; i++)
        (void)snprintf(shown + i * 3, sizeof shown - i * 3, " %02x", bytes.data[i]);
    for (const struct image_format *const *f = IMAGE_FORMATS; *f != NULL; f++) {
        int n = snprintf(names + used, sizeof names - used, " %s", (*f)->name);
        used += n > 0 && (size_t)n < sizeof names - used ? (size_t)n : 0;
    }
    return err_set(e, RC_INPUT, "no known image: it begins with%s; known are%s", shown, names);
}

enum rc image_format_check(struct span bytes, const struct image_format **out, struct err *e)
{
    const struct image_format *f = image_format_recognise(bytes);
    if (f == NULL)
        return fail_unknown(bytes, e);
    if (f->check(bytes, e) != RC_OK)
        return err_wrap(e, "%s", f->name);
    *out = f;
    return RC_OK;
}
