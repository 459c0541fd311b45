#define _GNU_SOURCE
#include "base/home.h"

#include "base/fs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert((int)HOME_PATH_MAX == (int)FS_PATH_MAX, "paths are joined in place");

/* A source tree is recognised by files that no installation has. */
static bool is_checkout(const char *folder)
{
    char path[FS_PATH_MAX];
    struct err unused;
    if (fs_join(path, &unused, folder, "scripts/kafka/pom.xml") != RC_OK || !fs_exists(path))
        return false;
    return fs_join(path, &unused, folder, "Makefile") == RC_OK && fs_exists(path);
}

/* Cuts the last component off path; false when only the root is left. */
static bool parent_of(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return false;
    *slash = '\0';
    return true;
}

/* ROOT/build/NAME/assay, and test programs a level or two deeper. */
static bool find_checkout(const char *exe, char *root)
{
    enum { DEEPEST = 5 };
    struct err unused;
    if (fs_set(root, exe, &unused) != RC_OK)
        return false;
    for (int level = 0; level < DEEPEST && parent_of(root); level++) {
        const char *name = strrchr(root, '/');
        if (name != NULL && strcmp(name, "/build") == 0)
            return parent_of(root) && is_checkout(root);
    }
    return false;
}

static enum rc find_var(struct home *h, struct err *e)
{
    const char *given = getenv("ASSAY_VAR");
    if (given != NULL && given[0] != '\0') {
        if (given[0] != '/')
            return err_set(e, RC_INPUT, "ASSAY_VAR: \"%s\" is not an absolute path", given);
        return fs_set(h->var, given, e);
    }
    if (h->checkout)
        return fs_join(h->var, e, h->data, "var");
    const char *state = getenv("XDG_STATE_HOME");
    if (state != NULL && state[0] == '/')
        return fs_join(h->var, e, state, "assay");
    const char *user = getenv("HOME");
    if (user == NULL || user[0] != '/')
        return err_set(e, RC_INFRA,
                       "no place for assay's own files: set HOME, XDG_STATE_HOME or ASSAY_VAR");
    return fs_join(h->var, e, user, ".local/state/assay");
}

static enum rc find_data(const char *exe, struct home *h, struct err *e)
{
    const char *given = getenv("ASSAY_HOME");
    if (given != NULL && given[0] != '\0') {
        if (given[0] != '/' || !fs_exists(given))
            return err_set(e, RC_INFRA, "ASSAY_HOME: \"%s\" is not an existing absolute path",
                           given);
        h->checkout = is_checkout(given);
        return fs_set(h->data, given, e);
    }
    if (find_checkout(exe, h->data)) {
        h->checkout = true;
        return RC_OK;
    }
    char prefix[FS_PATH_MAX];
    enum rc rc = fs_set(prefix, exe, e);
    if (rc == RC_OK && parent_of(prefix) && parent_of(prefix))
        rc = fs_join(h->data, e, prefix, "share/assay");
    if (rc == RC_OK && !fs_exists(h->data))
        return err_set(e, RC_INFRA,
                       "cannot find assay's own files: %s is neither in the build folder of a "
                       "checkout nor installed beside %s; ASSAY_HOME can name them",
                       exe, h->data);
    return rc;
}

enum rc home_find_for(const char *exe, struct home *out, struct err *e)
{
    struct home found = {.checkout = false};
    enum rc rc = find_data(exe, &found, e);
    if (rc == RC_OK)
        rc = find_var(&found, e);
    if (rc == RC_OK)
        *out = found;
    return rc;
}

enum rc home_find(struct home *out, struct err *e)
{
    char exe[HOME_PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (size < 0)
        return err_sys(e, RC_INFRA, errno, "cannot tell where this program lies (/proc/self/exe)");
    exe[size] = '\0';
    return home_find_for(exe, out, e);
}

enum rc home_data(const struct home *h, const char *below, char *out, struct err *e)
{
    return fs_join(out, e, h->data, "%s", below);
}

enum rc home_var(const struct home *h, const char *below, char *out, struct err *e)
{
    return fs_join(out, e, h->var, "%s", below);
}
