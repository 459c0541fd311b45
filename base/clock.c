#define _GNU_SOURCE
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static int64_t timespec_ns(struct timespec ts)
{
    return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

struct instant clock_now(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (struct instant){.ns = timespec_ns(ts)};
}

struct walltime clock_wall(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_REALTIME, &ts);
    return (struct walltime){.ns = timespec_ns(ts)};
}

void clock_sleep_until(struct instant t)
{
    struct timespec ts = {.tv_sec = (time_t)(t.ns / NS_PER_S), .tv_nsec = (long)(t.ns % NS_PER_S)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
        ;
}

void clock_sleep(int64_t duration_ns)
{
    if (duration_ns > 0)
        clock_sleep_until(instant_after(clock_now(), duration_ns));
}

int64_t clock_process_cpu_ns(pid_t pid)
{
    clockid_t id;
    struct timespec ts;
    if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &ts) != 0)
        return -1;
    return timespec_ns(ts);
}

void walltime_format(struct walltime t, char *text)
{
    time_t seconds = (time_t)(t.ns / NS_PER_S);
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL ||
        strftime(text, WALLTIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        text[0] = '\0';
}
