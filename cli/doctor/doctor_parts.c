/* Checks of doctor.h: the programs and files that assay needs. */
#define _GNU_SOURCE
#include "base/buf.h"
#include "base/fs.h"
#include "base/program.h"
#include "bench/testbed/broker/broker_install.h"
#include "bench/testbed/testbed.h"
#include "cli/doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUT_MAX = 1 << 20, JAVA_LEAST = 17, OPENSSL_LEAST = 3, LINE_MAX_SHOWN = 60 };

static const char SETUP[] = "scripts/setup (in assay's source folder)";

/* First output of a program that may be missing; the caller releases said. */
static bool hear(const char *const *argv, struct buf *said)
{
    struct err unused;
    int exit_code = 0;
    struct program p = {.argv = argv};
    return program_run(&p, said, &exit_code, &unused) == RC_OK && exit_code == 0 && said->size > 0;
}

/* The first number after marker, or -1. */
static long number_after(const char *text, const char *marker)
{
    const char *at = strstr(text, marker);
    if (at == NULL)
        return -1;
    at += strlen(marker);
    char *end = NULL;
    long n = strtol(at, &end, 10);
    return end == at ? -1 : n;
}

static void look_java(const struct home *h, struct check_result *r)
{
    (void)h;
    static const char *const argv[] = {"java", "-version", NULL};
    struct buf said;
    buf_init(&said, OUTPUT_MAX);
    long version = hear(argv, &said) ? number_after((const char *)said.data, "version \"") : -1;
    if (version < 0)
        check_result_set(r, CHECK_LACK, "apt-get install default-jre-headless",
                         "no Java on the PATH");
    else if (version < JAVA_LEAST)
        check_result_set(r, CHECK_LACK, "apt-get install default-jre-headless",
                         "Java %ld; Kafka 4 needs Java %d or newer", version, JAVA_LEAST);
    else
        check_result_set(r, CHECK_FINE, NULL, "Java %ld", version);
    buf_release(&said);
}

static void look_jars(const struct home *h, struct check_result *r)
{
    struct kafka_install k;
    struct err e;
    char sums[FS_PATH_MAX];
    char lib[FS_PATH_MAX];
    if (kafka_install_find(h, &k, &e) != RC_OK) {
        check_result_set(r, CHECK_LACK, SETUP, "the Kafka broker's jars are not there");
        return;
    }
    struct buf said;
    buf_init(&said, OUTPUT_MAX);
    const char *const argv[] = {"sha256sum", "--quiet", "--strict", "-c", sums, NULL};
    struct program p = {.argv = argv, .folder = lib};
    int exit_code = 0;
    enum rc rc = home_data(h, "scripts/kafka/jars.sha256", sums, &e);
    if (rc == RC_OK)
        rc = fs_join(lib, &e, k.folder, "lib");
    if (rc == RC_OK)
        rc = program_run(&p, &said, &exit_code, &e);
    if (rc != RC_OK || exit_code != 0)
        check_result_set(r, CHECK_LACK, SETUP, "jars differ from their recorded checksums: %.*s",
                         LINE_MAX_SHOWN, said.size > 0 ? (const char *)said.data : e.text);
    else
        check_result_set(r, CHECK_FINE, NULL, "Kafka %s, every jar as recorded", k.version);
    buf_release(&said);
    kafka_install_release(&k);
}

static void look_fast_start(const struct home *h, struct check_result *r)
{
    struct kafka_install k;
    struct err unused;
    char archive[FS_PATH_MAX];
    if (kafka_install_find(h, &k, &unused) != RC_OK) {
        check_result_set(r, CHECK_NOTE, SETUP, "not prepared");
        return;
    }
    if (fs_join(archive, &unused, k.folder, "cds.jsa") == RC_OK && fs_exists(archive))
        check_result_set(r, CHECK_FINE, NULL, "archive of preloaded classes is there");
    else
        check_result_set(
            r, CHECK_NOTE, "rm var/kafka/prepared; scripts/setup",
            "no archive of preloaded classes: a broker takes a second longer to start");
    kafka_install_release(&k);
}

static void look_openssl(const struct home *h, struct check_result *r)
{
    (void)h;
    static const char *const argv[] = {"openssl", "version", NULL};
    struct buf said;
    buf_init(&said, OUTPUT_MAX);
    long version = hear(argv, &said) ? number_after((const char *)said.data, "OpenSSL ") : -1;
    if (version < OPENSSL_LEAST)
        check_result_set(r, CHECK_NOTE, "apt-get install openssl",
                         "no openssl 3: a broker with a secure listener cannot be started");
    else
        check_result_set(r, CHECK_FINE, NULL, "openssl %ld", version);
    buf_release(&said);
}

static void look_gnuplot(const struct home *h, struct check_result *r)
{
    (void)h;
    if (program_exists("gnuplot"))
        check_result_set(r, CHECK_FINE, NULL, "gnuplot is there");
    else
        check_result_set(r, CHECK_NOTE, "apt-get install gnuplot-nox",
                         "no gnuplot: reports come without plots");
}

/* Counts the lines of the manifest and those whose TYPE/FILE is there. */
static enum rc count_data(const struct home *h, int *wanted, int *there, struct err *e)
{
    char path[FS_PATH_MAX];
    char folder[FS_PATH_MAX];
    struct buf text;
    buf_init(&text, OUTPUT_MAX);
    enum rc rc = home_data(h, "scripts/data/manifest.tsv", path, e);
    if (rc == RC_OK)
        rc = home_var(h, "data", folder, e);
    if (rc == RC_OK)
        rc = fs_read(path, &text, e);
    char *rest = NULL;
    char *line = rc == RC_OK && text.size > 0 ? strtok_r((char *)text.data, "\n", &rest) : NULL;
    for (; line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char *tab = strchr(line, '\t');
        if (line[0] == '#' || tab == NULL)
            continue;
        *tab = '\0';
        *wanted += 1;
        int length = (int)strcspn(tab + 1, "\t");
        *there +=
            fs_join(path, e, folder, "%s/%.*s", line, length, tab + 1) == RC_OK && fs_exists(path);
    }
    buf_release(&text);
    return rc;
}

static void look_data(const struct home *h, struct check_result *r)
{
    struct err e;
    int wanted = 0;
    int there = 0;
    if (count_data(h, &wanted, &there, &e) != RC_OK)
        check_result_set(r, CHECK_NOTE, "scripts/fetch-data (in assay's source folder)",
                         "no list of real data: %.100s", e.text);
    else if (there < wanted)
        check_result_set(r, CHECK_NOTE, "scripts/fetch-data",
                         "%d of %d files of real data are there; scenarios that use the others are "
                         "refused",
                         there, wanted);
    else
        check_result_set(r, CHECK_FINE, NULL, "all %d files of real data are there", wanted);
}

/* Names the parts of a testbed that can be started here. */
static void look_testbed(const struct home *h, struct check_result *r)
{
    struct buf text;
    struct err unused;
    enum rc rc = RC_OK;
    buf_init(&text, OUTPUT_MAX);
    for (size_t i = 0; rc == RC_OK && i < TESTBED_PARTS; i++) {
        const struct testbed_row *row = TESTBED_ROWS[i];
        bool lacks = row->lacks != NULL && row->lacks(h);
        rc =
            buf_appendf(&text, &unused, "%s%s%s", i > 0 ? ", " : "", lacks ? "no " : "", row->name);
    }
    check_result_set(r, CHECK_FINE, NULL, "parts: %.*s", (int)text.size,
                     text.size > 0 ? (const char *)text.data : "");
    buf_release(&text);
}

const struct doctor_check DOCTOR_PARTS[] = {
    {"java", look_java},
    {"kafka", look_jars},
    {"fast start", look_fast_start},
    {"openssl", look_openssl},
    {"testbed", look_testbed},
    {"gnuplot", look_gnuplot},
    {"real data", look_data},
    {NULL, NULL},
};
