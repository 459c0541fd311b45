#include "bench/workload/workload_table.h"

#include <string.h>

/* A test adds a row of its own: tests/fixtures/assay_workload_more.c. */
#ifndef WORKLOADS_OF_TEST
#define WORKLOADS_OF_TEST
#endif

#define WORKLOAD_ENTRY(row) &(row),
const struct workload *const WORKLOADS[] = {EACH_WORKLOAD(WORKLOAD_ENTRY) WORKLOADS_OF_TEST NULL};

const struct workload *workload_find(const char *name)
{
    for (size_t i = 0; WORKLOADS[i] != NULL; i++)
        if (strcmp(WORKLOADS[i]->form.name, name) == 0)
            return WORKLOADS[i];
    return NULL;
}

const struct workload_form *const *workload_forms(void)
{
    static const struct workload_form *forms[sizeof WORKLOADS / sizeof(void *)];
    size_t count = 0;
    for (const struct workload *const *w = WORKLOADS; *w != NULL; w++)
        forms[count++] = &(*w)->form;
    return forms;
}

size_t workload_kind_count(const struct workload *w)
{
    size_t count = 0;
    while (w->kinds[count].name != NULL)
        count++;
    return count;
}
