#define _GNU_SOURCE
#include "bench/testbed/broker/broker_secret.h"

#include "base/fs.h"
#include "base/program.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PASSWORD_LENGTH = 24, PEM_MAX = 64 * 1024, PRIVATE = 0600 };

static enum rc run_openssl(const char *folder, const char *const *argv, struct err *e)
{
    if (!program_exists(argv[0]))
        return err_set(e, RC_INFRA,
                       "a secure listener needs the program openssl: apt-get install openssl");
    struct buf said;
    int exit_code = 0;
    buf_init(&said, PEM_MAX);
    struct program p = {.argv = argv, .folder = folder};
    enum rc rc = program_run(&p, &said, &exit_code, e);
    if (rc == RC_OK && exit_code != 0)
        rc = err_set(e, RC_INFRA, "openssl could not make a certificate: %s",
                     said.size > 0 ? (const char *)said.data : "it said nothing");
    buf_release(&said);
    return rc;
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

static const char *const AUTHORITY[] = {"openssl",
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
static const char *const SERVER[] = {"openssl",
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

static enum rc make_certificates(const char *folder, struct err *e)
{
    enum rc rc = run_openssl(folder, AUTHORITY, e);
    if (rc == RC_OK)
        rc = run_openssl(folder, SERVER, e);
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
