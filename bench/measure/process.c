#define _GNU_SOURCE
#include "bench/measure/process.h"

#include "base/clock.h"
#include "base/quantity.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { PROC_LINE = 256, BYTES_PER_KB_LINE = 1024 };

static int64_t timeval_ns(struct timeval t)
{
    return (int64_t)t.tv_sec * NS_PER_S + (int64_t)t.tv_usec * NS_PER_US;
}

struct cpu_use process_cpu_self(void)
{
    struct rusage use;
    if (getrusage(RUSAGE_SELF, &use) != 0)
        return (struct cpu_use){.user_ns = -1, .system_ns = -1};
    return (struct cpu_use){.user_ns = timeval_ns(use.ru_utime),
                            .system_ns = timeval_ns(use.ru_stime)};
}

/* The value of one "Name:   text" line of /proc/PID/status; false when there is none. */
static int status_line(pid_t pid, const char *name, char *value, size_t size)
{
    char path[64];
    if (pid == 0)
        (void)snprintf(path, sizeof path, "/proc/self/status");
    else
        (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return 0;
    char line[PROC_LINE];
    size_t length = strlen(name);
    int found = 0;
    while (!found && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, name, length) != 0 || line[length] != ':')
            continue;
        const char *text = line + length + 1;
        text += strspn(text, " \t");
        (void)snprintf(value, size, "%.*s", (int)strcspn(text, "\n"), text);
        found = 1;
    }
    (void)fclose(f);
    return found;
}

static int64_t status_kb(pid_t pid, const char *name)
{
    char value[PROC_LINE];
    if (!status_line(pid, name, value, sizeof value))
        return -1;
    return strtoll(value, NULL, 10) * BYTES_PER_KB_LINE;
}

int64_t process_anon_bytes(pid_t pid)
{
    return status_kb(pid, "RssAnon");
}

int64_t process_resident_bytes(pid_t pid)
{
    return status_kb(pid, "VmRSS");
}

/* Adds the cores of "2" or "2-5" to set. */
static enum rc add_range(const char *text, cpu_set_t *set, struct err *e)
{
    char first[16];
    size_t dash = strcspn(text, "-");
    if (dash >= sizeof first)
        return err_set(e, RC_INPUT, "\"%s\" is not a core or a range of cores", text);
    (void)snprintf(first, sizeof first, "%.*s", (int)dash, text);
    int64_t lo = 0;
    int64_t hi = 0;
    enum rc rc = quantity_int(first, 0, CPU_SETSIZE - 1, &lo, e);
    if (rc == RC_OK)
        rc = quantity_int(text[dash] == '-' ? text + dash + 1 : first, lo, CPU_SETSIZE - 1, &hi, e);
    for (int64_t cpu = lo; rc == RC_OK && cpu <= hi; cpu++)
        CPU_SET((size_t)cpu, set);
    return rc;
}

enum rc process_pin(const char *cpus, struct err *e)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    const char *at = cpus;
    while (*at != '\0') {
        char part[32];
        size_t length = strcspn(at, ",");
        if (length == 0 || length >= sizeof part)
            return err_set(e, RC_INPUT, "\"%s\" is not a list of cores like 0 or 0-1,3", cpus);
        (void)snprintf(part, sizeof part, "%.*s", (int)length, at);
        enum rc rc = add_range(part, &set, e);
        if (rc != RC_OK)
            return rc;
        at += length + (at[length] == ',');
    }
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        return err_sys(e, RC_INPUT, errno, "cannot run on cores %s of this machine", cpus);
    return RC_OK;
}

void process_allowed_cpus(char *text, size_t size)
{
    if (size > 0)
        text[0] = '\0';
    (void)status_line(0, "Cpus_allowed_list", text, size);
}

void process_sharp_timers(void)
{
    (void)prctl(PR_SET_TIMERSLACK, 1UL);
}
