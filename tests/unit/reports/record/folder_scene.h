/* A result folder in a fresh current directory, and made-up trials in it. */
#ifndef ASSAY_TESTS_UNIT_REPORTS_RECORD_FOLDER_SCENE_H
#define ASSAY_TESTS_UNIT_REPORTS_RECORD_FOLDER_SCENE_H

#include "reports/record/folder.h"
#include "reports/record/results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Every test works in a fresh current directory, removed afterwards. */
static char home[FOLDER_PATH_MAX], work[64];

static int enter(void **state)
{
    (void)state;
    (void)snprintf(work, sizeof work, "/tmp/assay-test-folder-XXXXXX");
    return getcwd(home, sizeof home) == NULL || mkdtemp(work) == NULL || chdir(work) != 0;
}

static int leave(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", work);
    return chdir(home) != 0 || system(command) != 0;
}

static struct trial_record *record(const char *trial)
{
    struct trial_record *r = calloc(1, sizeof *r);
    assert_non_null(r);
    trial_record_init(r);
    (void)snprintf(r->trial, sizeof r->trial, "%s", trial);
    const char *block = strchr(trial, 'b');
    r->cell_index = strtoll(trial + 1, NULL, 10);
    r->block = block != NULL ? strtoll(block + 1, NULL, 10) : 0;
    r->group = r->cell_index;
    (void)snprintf(r->scenario, sizeof r->scenario, "quick");
    (void)snprintf(r->cell.codec, sizeof r->cell.codec, "zstd-3");
    return r;
}

static void append(struct folder *f, const char *trial)
{
    struct err e;
    struct trial_record *r = record(trial);
    if (folder_append(f, r, &e) != RC_OK)
        fail_msg("%s", e.text);
    free(r);
}

static struct folder created(const char *out)
{
    struct folder f;
    struct err e;
    if (folder_create(out, "quick", &f, &e) != RC_OK)
        fail_msg("%s", e.text);
    return f;
}

static void refused(const char *path, const char *says)
{
    struct results r;
    struct err e = {.text = ""};
    assert_int_equal(results_read(path, &r, &e), RC_INPUT);
    assert_int_equal(r.count, 0);
    if (strstr(e.text, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, says);
}

#endif
