#include "bench/workload/workload_table.h"

#include <string.h>

const struct workload *const WORKLOADS[] = {&WORKLOAD_RECORDS, &WORKLOAD_IMAGES, &WORKLOAD_NULL,
                                            NULL};

const struct workload *workload_find(const char *name)
{
    for (size_t i = 0; WORKLOADS[i] != NULL; i++)
        if (strcmp(WORKLOADS[i]->name, name) == 0)
            return WORKLOADS[i];
    return NULL;
}

size_t workload_kind_count(const struct workload *w)
{
    size_t count = 0;
    while (w->kinds[count].name != NULL)
        count++;
    return count;
}
