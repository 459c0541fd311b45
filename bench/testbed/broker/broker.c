#define _GNU_SOURCE
#include "bench/testbed/broker/broker.h"

#include "base/fs.h"
#include "bench/testbed/broker/broker_folder.h"
#include "bench/testbed/broker/broker_life.h"
#include "bench/testbed/broker/broker_start.h"

#include <unistd.h>

enum rc broker_open(const struct broker_options *o, struct broker *out, struct err *e)
{
    struct broker_folder folder = {.lock = -1};
    enum rc rc = broker_folder_make(o->home, o->folder, &folder, e);
    if (rc != RC_OK)
        return rc;
    char dirs[FS_PATH_MAX];
    struct broker_place place = {.folder = &folder, .log_dirs = dirs, .tied = true};
    rc = fs_join(dirs, e, folder.path, "data");
    if (rc == RC_OK)
        rc = broker_start(o, &place, out, e);
    if (rc == RC_OK)
        return RC_OK;
    struct err unused;
    (void)!fs_remove_tree(folder.path, &unused);
    (void)close(folder.lock);
    if (rc == RC_INTERRUPTED)
        (void)unlink(folder.log_file);
    return rc;
}

void broker_close(struct broker *b, bool failed)
{
    if (b == NULL || b->pid <= 0)
        return;
    broker_end(b);
    /* What cannot be removed is stale from here on: the next start tries again. */
    struct err unused;
    (void)!fs_remove_tree(b->folder, &unused);
    if (!failed)
        (void)unlink(b->log_file);
    if (b->lock >= 0)
        (void)close(b->lock);
    b->pid = 0;
    b->lock = -1;
}
