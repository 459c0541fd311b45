#include "bench/claims/claims_stored.h"

#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const size_t FILE_MOST = (size_t)16 << 20;

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static enum rc copy(const char *from, struct folder *f, struct err *e)
{
    char to[CLAIMS_STORED_NAME + sizeof CLAIMS_STORED + 1];
    struct buf content;
    buf_init(&content, FILE_MOST);
    (void)snprintf(to, sizeof to, CLAIMS_STORED "/%.*s", CLAIMS_STORED_NAME - 1, name_of(from));
    enum rc rc = fs_read(from, &content, e);
    if (rc == RC_OK)
        rc = folder_write(f, to, span_of(content.data, content.size), e);
    buf_release(&content);
    return rc;
}

enum rc claims_stored_write(const struct claims_request *r, struct folder *f, struct err *e)
{
    char stored[FS_PATH_MAX];
    const char *last = "";
    enum rc rc = claims_stored_find(f->path, stored, e);
    if (rc != RC_OK || stored[0] != '\0')
        return rc;
    for (size_t i = 0; rc == RC_OK && i < r->claims_run.count; i++) {
        const char *file = claim_find(&r->claims, r->claims_run.ids[i])->file;
        if (strcmp(file, last) != 0) /* claims of a file mostly stand side by side */
            rc = copy(file, f, e);
        last = file;
    }
    return rc;
}

enum rc claims_stored_find(const char *folder, char *out, struct err *e)
{
    enum rc rc = fs_join(out, e, folder, CLAIMS_STORED);
    if (rc == RC_OK && !fs_exists(out))
        out[0] = '\0';
    return rc;
}

static enum rc same_file(const char *stored, const char *known, const char *name, bool *same,
                         struct err *e)
{
    char one[FS_PATH_MAX], two[FS_PATH_MAX];
    struct buf a, b;
    *same = false;
    enum rc rc = fs_join(one, e, stored, "%s", name);
    if (rc == RC_OK)
        rc = fs_join(two, e, known, "%s", name);
    if (rc != RC_OK || !fs_exists(two))
        return rc;
    buf_init(&a, FILE_MOST);
    buf_init(&b, FILE_MOST);
    rc = fs_read(one, &a, e);
    if (rc == RC_OK)
        rc = fs_read(two, &b, e);
    *same = rc == RC_OK && a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
    buf_release(&a);
    buf_release(&b);
    return rc;
}

enum rc claims_stored_changed(const char *stored, const char *known, char *name, struct err *e)
{
    DIR *d = opendir(stored);
    enum rc rc = RC_OK;
    name[0] = '\0';
    if (d == NULL)
        return err_sys(e, RC_INPUT, errno, "cannot read %s", stored);
    for (struct dirent *one = readdir(d); rc == RC_OK && one != NULL && name[0] == '\0';
         one = readdir(d)) {
        bool same = true;
        if (one->d_name[0] != '.')
            rc = same_file(stored, known, one->d_name, &same, e);
        if (rc == RC_OK && !same)
            (void)snprintf(name, CLAIMS_STORED_NAME, "%s", one->d_name);
    }
    (void)closedir(d);
    return rc;
}
