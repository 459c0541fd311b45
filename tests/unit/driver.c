/* PROGRAM [NAME...]: runs the unit tests of one folder, or of its files test_NAME.c alone. Each
 * file runs in a process of its own: what it leaves behind (environment, working folder, signal
 * handlers, static state) reaches no other, and a crash is one failure. The Makefile gives the
 * files of the folder as TEST_FILES, a list of FILE(test_NAME). Exit code 1: a test failed; 2: no
 * such file. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE(name) int name(void);
TEST_FILES
#undef FILE

static const struct test_file {
    const char *name;
    int (*tests)(void); /* returns how many failed */
} files[] = {
#define FILE(name) {#name, name},
    TEST_FILES
#undef FILE
};

enum {
    FILE_COUNT = sizeof files / sizeof files[0],
    PREFIX = sizeof "test_" - 1,
    TESTS_FAILED = 3 /* no exit code that a sanitizer has for what it finds */
};

/* False: a test failed, or the process ended by something else than its return. */
static bool pass(const struct test_file *file)
{
    int status;
    printf("# %s\n", file->name);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        return false;
    }
    if (child == 0)
        exit(file->tests() == 0 ? EXIT_SUCCESS : TESTS_FAILED);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    if (WIFSIGNALED(status))
        printf("not ok - %s: ended by signal %d\n", file->name, WTERMSIG(status));
    else if (WEXITSTATUS(status) != EXIT_SUCCESS && WEXITSTATUS(status) != TESTS_FAILED)
        printf("not ok - %s: exit code %d\n", file->name, WEXITSTATUS(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

static const struct test_file *find(const char *name)
{
    for (size_t i = 0; i < FILE_COUNT; i++)
        if (strcmp(files[i].name + PREFIX, name) == 0)
            return &files[i];
    return NULL;
}

int main(int argc, char **argv)
{
    bool passed = true;
    for (int i = 1; i < argc; i++) {
        const struct test_file *file = find(argv[i]);
        if (file == NULL) {
            (void)fprintf(stderr,
                          "%s: \"%s\": found no file test_%s.c in this folder; expected one of",
                          argv[0], argv[i], argv[i]);
            for (size_t k = 0; k < FILE_COUNT; k++)
                (void)fprintf(stderr, " %s", files[k].name + PREFIX);
            (void)fprintf(stderr, "\n");
            return 2;
        }
        passed = pass(file) && passed;
    }
    for (size_t i = 0; argc == 1 && i < FILE_COUNT; i++)
        passed = pass(&files[i]) && passed;
    return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
