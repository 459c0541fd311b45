#define _GNU_SOURCE
#include "cli/interrupt.h"

#include <string.h>

static volatile sig_atomic_t interrupted; /* a handler can reach nothing else */

static void on_signal(int number)
{
    interrupted = number;
}

const volatile sig_atomic_t *interrupt_watch(void)
{
    struct sigaction act;
    memset(&act, 0, sizeof act);
    act.sa_handler = on_signal;
    act.sa_flags = (int)SA_RESETHAND; /* the second one ends the program */
    (void)sigemptyset(&act.sa_mask);
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGTERM, &act, NULL);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) /* not under nohup */
        (void)sigaction(SIGHUP, &act, NULL);
    return &interrupted;
}
