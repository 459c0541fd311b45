/*
 * What promtool, Prometheus' own checker, says of a text of metrics. Found on the PATH or in
 * var/promtool of the project; a test without it is skipped.
 */
#ifndef ASSAY_TESTS_UNIT_PROMTOOL_H
#define ASSAY_TESTS_UNIT_PROMTOOL_H

#include "base/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static inline const char *promtool_find(void)
{
    static const char OURS[] = "var/promtool/promtool";
    if (program_exists("promtool"))
        return "promtool";
    return access(OURS, X_OK) == 0 ? OURS : NULL;
}

/* Fails the test when promtool has anything to say of the metrics. */
static inline void promtool_must_be_content(const struct buf *metrics)
{
    const char *tool = promtool_find();
    struct buf said;
    struct err e = {0};
    char path[] = "/tmp/assay_test_metrics.XXXXXX";
    char command[160];
    int code = -1;
    if (tool == NULL) {
        print_message("SKIPPED: no promtool; scripts/setup test brings it\n");
        skip();
    }
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, metrics->data, metrics->size), metrics->size);
    (void)snprintf(command, sizeof command, "%s check metrics <%s 2>&1", tool, path);
    const char *const argv[] = {"sh", "-c", command, NULL};
    struct program p = {.argv = argv};
    buf_init(&said, 1 << 16);
    assert_int_equal(program_run(&p, &said, &code, &e), RC_OK);
    (void)close(fd);
    (void)unlink(path);
    if (code != 0 || said.size > 0)
        fail_msg("promtool: exit code %d: %s", code,
                 said.size > 0 ? (const char *)said.data : "(nothing said)");
    buf_release(&said);
}

#endif
