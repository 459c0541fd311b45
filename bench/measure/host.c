#define _GNU_SOURCE
#include "bench/measure/host.h"

#include "base/clock.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { LINE = 512, STEAL_COLUMN = 8 };

/* The rest of the first line of path that starts with prefix, less separators and quotes. */
static void find_line(const char *path, const char *prefix, char *text, size_t size)
{
    text[0] = '\0';
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return;
    char line[LINE];
    while (fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, prefix, strlen(prefix)) != 0)
            continue;
        const char *value = line + strlen(prefix);
        value += strspn(value, " \t:=\"");
        (void)snprintf(text, size, "%.*s", (int)strcspn(value, "\"\n"), value);
        break;
    }
    (void)fclose(f);
}

void host_describe(struct host *h)
{
    *h = (struct host){.cores = -1, .memory_bytes = -1};
    struct utsname u;
    if (uname(&u) == 0)
        (void)snprintf(h->kernel, sizeof h->kernel, "%.20s %.60s %.20s", u.sysname, u.release,
                       u.machine);
    find_line("/etc/os-release", "PRETTY_NAME", h->system, sizeof h->system);
    find_line("/proc/cpuinfo", "model name", h->cpu_model, sizeof h->cpu_model);
    find_line("/sys/devices/system/clocksource/clocksource0/current_clocksource", "",
              h->clock_source, sizeof h->clock_source);
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        h->cores = CPU_COUNT(&set);
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0)
        h->memory_bytes = (int64_t)pages * page;
}

bool host_memory_available(int64_t *out_bytes)
{
    char text[LINE];
    find_line("/proc/meminfo", "MemAvailable", text, sizeof text);
    char *end = text;
    long long kib = strtoll(text, &end, 10);
    if (end == text || kib < 0)
        return false;
    *out_bytes = (int64_t)kib * 1024;
    return true;
}

static int64_t steal_ns(void)
{
    char text[LINE];
    find_line("/proc/stat", "cpu ", text, sizeof text);
    char *at = text;
    long long ticks = -1;
    for (int column = 1; column <= STEAL_COLUMN; column++) {
        char *end = NULL;
        ticks = strtoll(at, &end, 10);
        if (end == at)
            return -1;
        at = end;
    }
    long hz = sysconf(_SC_CLK_TCK);
    return hz > 0 ? (int64_t)ticks * (NS_PER_S / hz) : -1;
}

static int64_t cpu_pressure_ns(void)
{
    char text[LINE];
    find_line("/proc/pressure/cpu", "some", text, sizeof text);
    const char *total = strstr(text, "total=");
    return total != NULL ? strtoll(total + strlen("total="), NULL, 10) * NS_PER_US : -1;
}

struct disturbance host_disturbance(void)
{
    return (struct disturbance){.steal_ns = steal_ns(), .cpu_pressure_ns = cpu_pressure_ns()};
}
