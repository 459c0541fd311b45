#define _GNU_SOURCE /* lstat */
#include "bench/claims/claims_stored.h"

#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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
    struct stat st;
    enum rc rc = fs_join(out, e, folder, CLAIMS_STORED);
    if (rc != RC_OK)
        return rc;
    if (lstat(out, &st) != 0) {
        out[0] = '\0';
        return RC_OK;
    }
    if (!S_ISDIR(st.st_mode))
        return err_set(e, RC_INPUT,
                       "%s: found no folder; expected the claims that the run began with", out);
    return RC_OK;
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
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
    if (rc != RC_OK || !is_file(one) || !is_file(two))
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

/* Other files, as an editor leaves them, are no claims. */
static bool is_claims(const char *name)
{
    static const char ending[] = ".yaml";
    size_t length = strlen(name), end = sizeof ending - 1;
    return name[0] != '.' && length > end && strcmp(name + length - end, ending) == 0;
}

enum rc claims_stored_lacks(const char *stored, const struct claims_request *r, char *name,
                            struct err *e)
{
    enum rc rc = RC_OK;
    name[0] = '\0';
    for (size_t i = 0; rc == RC_OK && i < r->claims_run.count && name[0] == '\0'; i++) {
        char path[FS_PATH_MAX];
        const char *file = name_of(claim_find(&r->claims, r->claims_run.ids[i])->file);
        rc = fs_join(path, e, stored, "%s", file);
        if (rc == RC_OK && !is_file(path))
            (void)snprintf(name, CLAIMS_STORED_NAME, "%s", file);
    }
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
        if (is_claims(one->d_name))
            rc = same_file(stored, known, one->d_name, &same, e);
        if (rc == RC_OK && !same)
            (void)snprintf(name, CLAIMS_STORED_NAME, "%s", one->d_name);
    }
    (void)closedir(d);
    return rc;
}
