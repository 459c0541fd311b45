/* results.csv: texts that would be formulas are texts, numbers are numbers. */
#include "reports/render/renderer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { OUT_MAX = 1 << 16 };

static void row_has(const char *row, const char *cell)
{
    if (strstr(row, cell) == NULL)
        fail_msg("%s is not in %s", cell, row);
}

static void row_lacks(const char *row, const char *cell)
{
    if (strstr(row, cell) != NULL)
        fail_msg("%s is in %s", cell, row);
}

static void texts_are_no_formulas(void **state)
{
    struct trial_record record;
    struct summary_cell cell = {.first = &record};
    struct summary s = {.cells = &cell, .cell_count = 1};
    struct buf out;
    struct err e = {0};
    (void)state;
    trial_record_init(&record);
    for (int m = 0; m < METRIC_COUNT; m++)
        cell.value[m] = cell.versus[m] = (struct measure){.median = -1, .min = -1, .max = -1};
    cell.value[0] = (struct measure){.median = 5.5, .min = 0, .max = 6e15};
    (void)snprintf(record.scenario, sizeof record.scenario, "=HYPERLINK(\"x\")");
    (void)snprintf(record.group_label, sizeof record.group_label, "+1");
    (void)snprintf(record.cell.payload, sizeof record.cell.payload, "-2+3");
    (void)snprintf(record.cell.arm, sizeof record.cell.arm, "@SUM(A1)");
    (void)snprintf(record.cell.encoding, sizeof record.cell.encoding, "\t=1");
    (void)snprintf(record.cell.batching, sizeof record.cell.batching, "\r=1");
    (void)snprintf(record.cell.load, sizeof record.cell.load, "open 5/s");
    record.cell.load_paced = true;
    (void)snprintf(record.cell.codec, sizeof record.cell.codec, "a=b");
    buf_init(&out, OUT_MAX);
    assert_int_equal(render_csv(&s, &out, &e), RC_OK);
    const char *row = strchr((const char *)out.data, '\n') + 1;
    row_has(row, "\"'=HYPERLINK(\"\"x\"\")\",");
    row_has(row, ",\"'+1\",");
    row_has(row, ",\"'-2+3\",");
    row_has(row, ",\"'@SUM(A1)\",");
    row_has(row, ",\"'\t=1\",");
    row_has(row, ",\"'\r=1\",");
    row_has(row, ",\"open 5/s\",");
    row_has(row, ",\"a=b\",");
    row_has(row, ",5.5,0,6e+15,"); /* as a number reads */
    row_lacks(row, "'5.5");
    row_lacks(row, ",-");
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_no_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
