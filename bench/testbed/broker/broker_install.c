#define _GNU_SOURCE
#include "bench/testbed/broker/broker_install.h"

#include "base/buf.h"
#include "base/fs.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { CLASS_PATH_MAX = 1 << 20 };

static bool is_jar(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".jar") == 0;
}

static int select_jar(const struct dirent *entry)
{
    return is_jar(entry->d_name);
}

/* By bytes, whatever the locale: the class path must be the one the archive was made with. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* "kafka_2.13-4.3.1.jar" -> "4.3.1". */
static void take_version(const char *jar, struct kafka_install *k)
{
    static const char prefix[] = "kafka_2.";
    const char *dash = strchr(jar, '-');
    if (strncmp(jar, prefix, sizeof prefix - 1) != 0 || dash == NULL)
        return;
    size_t length = strlen(dash + 1) - strlen(".jar");
    if (length >= sizeof k->version)
        length = sizeof k->version - 1;
    memcpy(k->version, dash + 1, length);
    k->version[length] = '\0';
}

static enum rc append_jars(const char *lib, struct kafka_install *k, struct buf *path,
                           struct err *e)
{
    struct dirent **jars = NULL;
    int n = scandir(lib, &jars, select_jar, by_name);
    enum rc rc = RC_OK;
    for (int i = 0; i < n; i++) {
        if (rc == RC_OK)
            rc = buf_appendf(path, e, "%s%s/%s", i > 0 ? ":" : "", lib, jars[i]->d_name);
        take_version(jars[i]->d_name, k);
        free(jars[i]);
    }
    free(jars);
    return rc;
}

static bool is_complete(const char *folder)
{
    char path[FS_PATH_MAX];
    struct err unused;
    return fs_join(path, &unused, folder, "template/meta.properties") == RC_OK && fs_exists(path);
}

enum rc kafka_install_find(const struct home *h, struct kafka_install *out, struct err *e)
{
    struct kafka_install k = {.class_path = NULL};
    enum rc rc = home_var(h, "kafka", k.folder, e);
    if (rc == RC_OK && !is_complete(k.folder))
        rc = home_data(h, "kafka", k.folder, e);
    if (rc != RC_OK)
        return rc;
    char lib[FS_PATH_MAX];
    rc = fs_join(lib, e, k.folder, "lib");
    struct buf path;
    buf_init(&path, CLASS_PATH_MAX);
    if (rc == RC_OK && is_complete(k.folder))
        rc = append_jars(lib, &k, &path, e);
    if (rc == RC_OK && k.version[0] == '\0')
        rc = err_set(e, RC_INFRA,
                     "the Kafka broker is not there yet (looked in %s/kafka and %s/kafka); "
                     "scripts/setup in assay's source folder fetches it",
                     h->var, h->data);
    if (rc != RC_OK) {
        buf_release(&path);
        return rc;
    }
    k.class_path = (char *)path.data;
    *out = k;
    return RC_OK;
}

void kafka_install_release(struct kafka_install *k)
{
    if (k == NULL)
        return;
    free(k->class_path);
    k->class_path = NULL;
}
