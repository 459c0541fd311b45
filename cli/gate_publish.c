#define _GNU_SOURCE
#include "base/fs.h"
#include "cli/gate_request.h"
#include "reports/render/junit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const size_t TEXT_BYTES_MAX = (size_t)1 << 28;

typedef enum rc gate_writer(const struct gate_report *r, struct buf *out, struct err *e);

static enum rc write_file(const struct gate_report *report, gate_writer *write, const char *folder,
                          const char *name, struct err *e)
{
    char path[FS_PATH_MAX];
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = fs_join(path, e, folder, "%s", name);
    if (rc == RC_OK)
        rc = write(report, &text, e);
    if (rc == RC_OK)
        rc = fs_write(path, buf_span(&text), 0644, e);
    buf_release(&text);
    return rc;
}

static enum rc print(const struct gate_report *report, gate_writer *write, struct err *e)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = write(report, &text, e);
    if (rc == RC_OK && fwrite(text.data, 1, text.size, stdout) != text.size)
        rc = err_set(e, RC_INFRA, "cannot write to standard output");
    buf_release(&text);
    return rc;
}

/* The summary is a file that every step of the job appends to. */
static enum rc append_summary(const struct gate_report *report, const char *path, struct err *e)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = gate_write_markdown(report, &text, e);
    int fd = rc == RC_OK ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;
    if (rc == RC_OK && (fd < 0 || write(fd, text.data, text.size) != (ssize_t)text.size))
        rc = err_sys(e, RC_INFRA, errno, "cannot append to GITHUB_STEP_SUMMARY, %s", path);
    if (fd >= 0)
        (void)close(fd);
    buf_release(&text);
    return rc;
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

static void print_evidence(const char *folder)
{
    char path[FS_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s", folder);
    err_one_line(path);
    (void)printf("evidence: %s/" GATE_FILE " and " JUNIT_FILE "\n", path);
}

enum rc gate_publish(const struct gate_request *r, const struct gate_report *report,
                     const char *folder, struct err *e)
{
    enum rc rc = fs_make_folder(folder, e);
    if (rc == RC_OK)
        rc = write_file(report, gate_write_json, folder, GATE_FILE, e);
    if (rc == RC_OK)
        rc = write_file(report, gate_write_junit, folder, JUNIT_FILE, e);
    if (rc == RC_OK)
        rc = print(report, r->json ? gate_write_json : gate_write_lines, e);
    if (rc == RC_OK && !r->json)
        print_evidence(folder);
    if (rc == RC_OK && setting("GITHUB_ACTIONS")[0] != '\0' && !r->json)
        rc = print(report, gate_write_annotations, e);
    if (rc == RC_OK && setting("GITHUB_STEP_SUMMARY")[0] != '\0')
        rc = append_summary(report, setting("GITHUB_STEP_SUMMARY"), e);
    return rc;
}

enum rc gate_conclude(const struct gate_report *report, struct err *e)
{
    char text[GATE_WHY];
    enum rc rc = gate_rc(report->gate->outcome);
    return rc == RC_OK ? RC_OK : err_set(e, rc, "%s", gate_outcome_text(report, text));
}
