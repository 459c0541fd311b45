#include "bench/gate/gate_settle.h"

#include "base/fs.h"
#include "reports/render/junit.h"

static const size_t TEXT_BYTES_MAX = (size_t)1 << 28;

typedef enum rc report_writer(const struct gate_report *r, struct buf *out, struct err *e);

static enum rc write_file(const struct gate_report *r, report_writer *write, const char *folder,
                          const char *name, struct err *e)
{
    char path[FS_PATH_MAX];
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = fs_join(path, e, folder, "%s", name);
    if (rc == RC_OK)
        rc = write(r, &text, e);
    if (rc == RC_OK)
        rc = fs_write(path, buf_span(&text), 0644, e);
    buf_release(&text);
    return rc;
}

static enum rc conclude(const struct gate_report *r, struct err *e)
{
    char text[GATE_WHY];
    enum rc rc = gate_rc(r->gate->outcome);
    return rc == RC_OK ? RC_OK : err_set(e, rc, "%s", gate_outcome_text(r, text));
}

enum rc gate_settle(const struct gate_report *r, const char *folder, const struct gate_show *show,
                    struct err *e)
{
    enum rc rc = fs_make_folder(folder, e);
    if (rc == RC_OK)
        rc = write_file(r, gate_write_json, folder, GATE_FILE, e);
    if (rc == RC_OK)
        rc = write_file(r, gate_write_junit, folder, JUNIT_FILE, e);
    if (rc == RC_OK)
        rc = show->report(show->ctx, r, folder, e);
    return rc == RC_OK ? conclude(r, e) : rc;
}
