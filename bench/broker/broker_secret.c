#define _GNU_SOURCE
#include "bench/broker/broker_secret.h"

#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PASSWORD_LENGTH = 24, PEM_MAX = 64 * 1024, PRIVATE = 0600 };

extern char **environ;

static enum rc wait_for(pid_t child, const char *log, struct err *e)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return err_sys(e, RC_INFRA, errno, "cannot wait for openssl");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return RC_OK;
    struct buf text;
    struct err unused;
    buf_init(&text, PEM_MAX);
    if (fs_read_tail(log, ERR_TEXT_MAX / 2, &text, &unused) != RC_OK)
        buf_clear(&text);
    enum rc rc = err_set(e, RC_INFRA, "openssl failed to make a certificate: %s",
                         text.size > 0 ? (const char *)text.data : "it said nothing");
    buf_release(&text);
    return rc;
}

/* Runs argv[0] in folder, output into folder/openssl.log. */
static enum rc run_openssl(const char *folder, const char *const *argv, struct err *e)
{
    char log[FS_PATH_MAX];
    enum rc rc = fs_join(log, e, folder, "openssl.log");
    if (rc != RC_OK)
        return rc;
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return err_set(e, RC_INFRA, "out of memory");
    pid_t child = 0;
    int failed = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log,
                                                  O_WRONLY | O_CREAT | O_TRUNC, PRIVATE);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    char *words[32] = {NULL};
    for (size_t i = 0; argv[i] != NULL && i + 1 < sizeof words / sizeof words[0]; i++)
        memcpy(&words[i], &argv[i], sizeof words[i]); /* posix_spawnp changes nothing */
    if (failed == 0)
        failed = posix_spawnp(&child, argv[0], &actions, NULL, words, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (failed == ENOENT)
        return err_set(e, RC_INFRA,
                       "a secure listener needs the program openssl: apt-get install openssl");
    if (failed != 0)
        return err_sys(e, RC_INFRA, failed, "cannot run openssl");
    return wait_for(child, log, e);
}

static enum rc make_password(char *out, struct err *e)
{
    static const char letters[] =
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789ABCDEFG";
    _Static_assert(sizeof letters - 1 == 64, "a letter is six bits");
    unsigned char noise[PASSWORD_LENGTH];
    if (getrandom(noise, sizeof noise, 0) != (ssize_t)sizeof noise)
        return err_sys(e, RC_INFRA, errno, "cannot draw a password");
    for (int i = 0; i < PASSWORD_LENGTH; i++)
        out[i] = letters[noise[i] % (sizeof letters - 1)];
    out[PASSWORD_LENGTH] = '\0';
    return RC_OK;
}

static enum rc append_file(const char *folder, const char *name, struct buf *into, struct err *e)
{
    char path[FS_PATH_MAX];
    enum rc rc = fs_join(path, e, folder, "%s", name);
    return rc == RC_OK ? fs_read(path, into, e) : rc;
}

/* Kafka reads key and chain from one PEM file. */
static enum rc write_keystore(const char *folder, const char *path, struct err *e)
{
    struct buf pem;
    buf_init(&pem, PEM_MAX);
    enum rc rc = append_file(folder, "server.key", &pem, e);
    if (rc == RC_OK)
        rc = append_file(folder, "server.pem", &pem, e);
    if (rc == RC_OK)
        rc = append_file(folder, "ca.pem", &pem, e);
    if (rc == RC_OK)
        rc = fs_write(path, buf_span(&pem), PRIVATE, e);
    buf_release(&pem);
    return rc;
}

static enum rc make_certificates(const char *folder, struct err *e)
{
    static const char *const authority[] = {"openssl",
                                            "req",
                                            "-x509",
                                            "-newkey",
                                            "ec",
                                            "-pkeyopt",
                                            "ec_paramgen_curve:P-256",
                                            "-nodes",
                                            "-days",
                                            "3650",
                                            "-subj",
                                            "/CN=assay throw-away authority",
                                            "-keyout",
                                            "ca.key",
                                            "-out",
                                            "ca.pem",
                                            "-addext",
                                            "keyUsage=critical,keyCertSign,cRLSign",
                                            NULL};
    static const char *const server[] = {"openssl",
                                         "req",
                                         "-x509",
                                         "-CA",
                                         "ca.pem",
                                         "-CAkey",
                                         "ca.key",
                                         "-newkey",
                                         "ec",
                                         "-pkeyopt",
                                         "ec_paramgen_curve:P-256",
                                         "-nodes",
                                         "-days",
                                         "3650",
                                         "-subj",
                                         "/CN=localhost",
                                         "-keyout",
                                         "server.key",
                                         "-out",
                                         "server.pem",
                                         "-addext",
                                         "subjectAltName=DNS:localhost,IP:127.0.0.1",
                                         "-addext",
                                         "basicConstraints=critical,CA:FALSE",
                                         NULL};
    enum rc rc = run_openssl(folder, authority, e);
    if (rc == RC_OK)
        rc = run_openssl(folder, server, e);
    char key[FS_PATH_MAX];
    if (rc == RC_OK)
        rc = fs_join(key, e, folder, "ca.key");
    if (rc == RC_OK && unlink(key) != 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot remove %s", key);
    return rc;
}

enum rc broker_secret_make(const char *folder, struct broker_secret *out, struct err *e)
{
    struct broker_secret s = {.user = "assay"};
    char place[FS_PATH_MAX];
    enum rc rc = fs_join(place, e, folder, "secret");
    if (rc == RC_OK)
        rc = fs_remove_tree(place, e);
    if (rc == RC_OK && mkdir(place, 0700) != 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot make the folder %s", place);
    if (rc == RC_OK)
        rc = fs_join(s.ca_file, e, place, "ca.pem");
    if (rc == RC_OK)
        rc = fs_join(s.keystore, e, place, "keystore.pem");
    if (rc == RC_OK)
        rc = make_certificates(place, e);
    if (rc == RC_OK)
        rc = write_keystore(place, s.keystore, e);
    if (rc == RC_OK)
        rc = make_password(s.password, e);
    if (rc == RC_OK)
        *out = s;
    return rc;
}
