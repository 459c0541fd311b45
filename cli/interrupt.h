/*
 * Ctrl-C, SIGTERM and a closed terminal (SIGHUP, unless nohup has it ignored): the first asks the
 * run to end in order, the second of its kind ends the program at once.
 * Threads: main only.
 */
#ifndef ASSAY_CLI_INTERRUPT_H
#define ASSAY_CLI_INTERRUPT_H

#include <signal.h>

/* Installs the handlers and returns the flag they set; 0 until then. */
const volatile sig_atomic_t *interrupt_watch(void);

#endif
