#define _GNU_SOURCE
#include "bench/testbed/broker/broker_jvm.h"

#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { OPTION_MAX = FS_PATH_MAX + 64, WORDS_MAX = 40 };
/* Outside the heap every thread of the broker keeps a buffer as large as the largest batch it read
 * or wrote: 11 threads, where the heap holds three such batches. The usual limit is the heap's. */
enum { DIRECT_HEAPS = 4 };

/* Kafka's own choice of collector (bin/kafka-run-class.sh), and no files outside the folder. */
static const char *const FIXED_OPTIONS[] = {
    "-server",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-XX:-CreateCoredumpOnCrash",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS",
    "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaConfig=warn",
};
enum { FIXED_COUNT = sizeof FIXED_OPTIONS / sizeof FIXED_OPTIONS[0] };

struct words {
    char java[OPTION_MAX];
    char heap_max[OPTION_MAX], heap_start[OPTION_MAX], direct_max[OPTION_MAX];
    char temporary[OPTION_MAX], archive[OPTION_MAX], crash[OPTION_MAX];
    const char *argv[WORDS_MAX];
};

static enum rc compose(char *out, struct err *e, const char *prefix, const char *text)
{
    int used = snprintf(out, OPTION_MAX, "%s%s", prefix, text);
    if (used < 0 || used >= OPTION_MAX)
        return err_set(e, RC_INPUT, "the path %.200s... is too long", text);
    return RC_OK;
}

static enum rc compose_java(struct words *w, struct err *e)
{
    const char *home = getenv("JAVA_HOME");
    if (home == NULL || home[0] == '\0')
        return compose(w->java, e, "java", "");
    return fs_join(w->java, e, home, "bin/java");
}

static enum rc compose_paths(const struct broker_jvm *j, struct words *w, struct err *e)
{
    char path[FS_PATH_MAX];
    enum rc rc = fs_join(path, e, j->folder, "tmp");
    if (rc == RC_OK)
        rc = fs_make_folder(path, e);
    if (rc == RC_OK)
        rc = compose(w->temporary, e, "-Djava.io.tmpdir=", path);
    if (rc == RC_OK)
        rc = compose(w->crash, e, "-XX:ErrorFile=", j->log_file);
    if (rc == RC_OK)
        rc = fs_join(path, e, j->kafka->folder, "cds.jsa");
    if (rc == RC_OK && fs_exists(path))
        rc = compose(w->archive, e, "-XX:SharedArchiveFile=", path);
    return rc;
}

static enum rc compose_words(const struct broker_jvm *j, struct words *w, struct err *e)
{
    char heap[32], direct[32];
    long long heap_kib = (long long)(j->heap_bytes / 1024);
    (void)snprintf(heap, sizeof heap, "%lldk", heap_kib);
    (void)snprintf(direct, sizeof direct, "%lldk", DIRECT_HEAPS * heap_kib);
    enum rc rc = compose_java(w, e);
    if (rc == RC_OK)
        rc = compose(w->heap_max, e, "-Xmx", heap);
    if (rc == RC_OK)
        rc = compose(w->heap_start, e, "-Xms", heap);
    if (rc == RC_OK)
        rc = compose(w->direct_max, e, "-XX:MaxDirectMemorySize=", direct);
    if (rc == RC_OK)
        rc = compose_paths(j, w, e);
    if (rc != RC_OK)
        return rc;
    size_t n = 0;
    w->argv[n++] = w->java;
    for (size_t i = 0; i < FIXED_COUNT; i++)
        w->argv[n++] = FIXED_OPTIONS[i];
    w->argv[n++] = w->heap_max;
    w->argv[n++] = w->heap_start;
    w->argv[n++] = w->direct_max;
    w->argv[n++] = w->temporary;
    w->argv[n++] = w->crash;
    if (w->archive[0] != '\0')
        w->argv[n++] = w->archive;
    w->argv[n++] = "-cp";
    w->argv[n++] = j->kafka->class_path;
    w->argv[n++] = "kafka.Kafka";
    w->argv[n++] = j->config;
    w->argv[n] = NULL;
    return RC_OK;
}

/* In the child: only async-signal-safe calls from here to execvp. */
static void set_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    static const int reset[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGCHLD};
    for (size_t i = 0; i < sizeof reset / sizeof reset[0]; i++)
        (void)signal(reset[i], SIG_DFL);
}

static void set_descriptors(int log, int lock)
{
    int nothing = open("/dev/null", O_RDONLY);
    (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(log, STDOUT_FILENO);
    (void)dup2(log, STDERR_FILENO);
    if (lock == BROKER_LOCK_FD)
        (void)fcntl(lock, F_SETFD, 0);
    else
        (void)dup2(lock, BROKER_LOCK_FD);
    (void)close_range(BROKER_LOCK_FD + 1, ~0U, 0);
}

static _Noreturn void become_java(const struct broker_jvm *j, const struct words *w, int log,
                                  pid_t parent)
{
    (void)setsid();
    set_signals();
    if (j->tied && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent))
        _exit(BROKER_EXIT_NO_JAVA);
    set_descriptors(log, j->lock);
    /* execvp takes char *const * for history's sake and changes nothing. */
    char *argv[WORDS_MAX];
    memcpy(argv, w->argv, sizeof argv);
    (void)execvp(w->java, argv);
    static const char sorry[] = "assay: java could not be executed\n";
    (void)!write(STDERR_FILENO, sorry, sizeof sorry - 1);
    _exit(BROKER_EXIT_NO_JAVA);
}

enum rc broker_jvm_start(const struct broker_jvm *j, pid_t *out, struct err *e)
{
    struct words w = {.argv = {NULL}};
    enum rc rc = compose_words(j, &w, e);
    if (rc != RC_OK)
        return rc;
    int log = open(j->log_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0)
        return err_sys(e, RC_INFRA, errno, "cannot write the broker's log %s", j->log_file);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0)
        become_java(j, &w, log, parent);
    if (child < 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot start a process for the broker");
    else
        *out = child;
    (void)close(log);
    return rc;
}
