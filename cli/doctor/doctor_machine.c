/* Checks of doctor.h: the machine under the measurement. */
#define _GNU_SOURCE
#include "base/buf.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/program.h"
#include "base/quantity.h"
#include "bench/link/link.h"
#include "bench/measure/host.h"
#include "cli/doctor/doctor.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)
#define LOOK_NS (300 * (int64_t)NS_PER_MS)

enum {
    CORES_WANTED = 2,
    STEAL_PERMILLE = 20,
    FILES_WANTED = 4096,
    SMALL_FILE = 64 * 1024,
    CGROUP_MAX = 1024,
    LINK_BIT_PER_S = 100 * 1000 * 1000,
};

/* A small file of the kernel without its last line end; false when there is none. */
static bool read_line(const char *path, char *out, size_t room)
{
    struct buf text;
    struct err unused;
    buf_init(&text, SMALL_FILE);
    bool found = fs_read(path, &text, &unused) == RC_OK && text.size > 0 && text.size < room;
    if (found) {
        memcpy(out, text.data, text.size + 1);
        out[strcspn(out, "\n")] = '\0';
    }
    buf_release(&text);
    return found;
}

static void look_cores(const struct home *h, struct check_result *r)
{
    (void)h;
    struct host host;
    host_describe(&host);
    if (host.cores >= CORES_WANTED)
        check_result_set(r, CHECK_FINE, NULL, "%lld to run on", (long long)host.cores);
    else
        check_result_set(
            r, CHECK_NOTE, "a machine with at least 2 cores",
            "%lld: sender, receiver and broker take turns; only ratios are worth reading",
            (long long)host.cores);
}

static void look_memory(const struct home *h, struct check_result *r)
{
    (void)h;
    char text[QUANTITY_TEXT];
    int64_t available = 0;
    if (!host_memory_available(&available))
        check_result_set(r, CHECK_NOTE, NULL, "the kernel does not say how much is available");
    else if (available < GIB)
        check_result_set(r, CHECK_LACK, "end other programs",
                         "%s available; a broker and its clients need 2 GB",
                         quantity_format_size(available, text));
    else if (available < 2 * GIB)
        check_result_set(r, CHECK_NOTE, "end other programs",
                         "%s available; large trials need more than 2 GB",
                         quantity_format_size(available, text));
    else
        check_result_set(r, CHECK_FINE, NULL, "%s available",
                         quantity_format_size(available, text));
}

static void look_disk(const struct home *h, struct check_result *r)
{
    struct err e;
    char text[QUANTITY_TEXT];
    int64_t room = 0;
    const char *chosen = getenv("ASSAY_TMPDIR");
    const char *place = chosen != NULL && chosen[0] != '\0' ? chosen : h->var;
    if (fs_make_folder(place, &e) != RC_OK || fs_free_space(place, &room, &e) != RC_OK) {
        check_result_set(r, CHECK_LACK, "ASSAY_TMPDIR=FOLDER names another place", "%.200s",
                         e.text);
        return;
    }
    (void)quantity_format_size(room, text);
    if (room < GIB)
        check_result_set(r, CHECK_LACK, "make room, or ASSAY_TMPDIR=FOLDER names another place",
                         "%s free in %.120s; a small run needs 1 GB", text, place);
    else if (room < 10 * GIB)
        check_result_set(r, CHECK_NOTE, "make room, or ASSAY_TMPDIR=FOLDER names another place",
                         "%s free in %.120s; long trials need more", text, place);
    else
        check_result_set(r, CHECK_FINE, NULL, "%s free in %.120s", text, place);
}

static void look_files(const struct home *h, struct check_result *r)
{
    (void)h;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        check_result_set(r, CHECK_NOTE, NULL, "the kernel does not say how many may be open");
    else if (limit.rlim_max < FILES_WANTED)
        check_result_set(r, CHECK_NOTE, "ulimit -n 4096",
                         "%llu may be open at once; a broker with many topics needs more",
                         (unsigned long long)limit.rlim_max);
    else
        check_result_set(r, CHECK_FINE, NULL, "%llu may be open at once",
                         (unsigned long long)limit.rlim_max);
}

static void look_governor(const struct home *h, struct check_result *r)
{
    (void)h;
    char name[HOST_TEXT];
    if (!read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", name, sizeof name))
        check_result_set(r, CHECK_FINE, NULL,
                         "not ours to set (a virtual machine, or a fixed clock)");
    else if (strcmp(name, "performance") == 0)
        check_result_set(r, CHECK_FINE, NULL, "performance");
    else
        check_result_set(r, CHECK_NOTE, "cpupower frequency-set -g performance",
                         "%s: the clock of the cores changes with load, and latencies with it",
                         name);
}

static void look_steal(const struct home *h, struct check_result *r)
{
    (void)h;
    struct host host;
    host_describe(&host);
    struct disturbance before = host_disturbance();
    struct instant start = clock_now();
    clock_sleep(LOOK_NS);
    int64_t whole = instant_since(clock_now(), start) * (host.cores > 0 ? host.cores : 1);
    int64_t stolen = host_disturbance().steal_ns - before.steal_ns;
    double share = whole > 0 ? (double)stolen / (double)whole : 0;
    if (before.steal_ns < 0)
        check_result_set(r, CHECK_NOTE, NULL, "the kernel does not say what the hypervisor takes");
    else if (share * 1000 > STEAL_PERMILLE)
        check_result_set(r, CHECK_NOTE, "run again when the host is quiet",
                         "the hypervisor gave %.1f %% of our time to others just now", share * 100);
    else
        check_result_set(r, CHECK_FINE, NULL, "%.1f %% of our time went to others just now",
                         share * 100);
}

/* Reads one limit of our cgroup (version 2); false when there is none. */
static bool read_cgroup(const char *name, char *out, size_t room)
{
    char own[CGROUP_MAX];
    char path[FS_PATH_MAX];
    struct err unused;
    if (!read_line("/proc/self/cgroup", own, sizeof own) || strncmp(own, "0::", 3) != 0)
        return false;
    return fs_join(path, &unused, "/sys/fs/cgroup", "%s/%s", own + 3, name) == RC_OK &&
           read_line(path, out, room) && isdigit((unsigned char)out[0]);
}

static void look_limits(const struct home *h, struct check_result *r)
{
    (void)h;
    char cpu[HOST_TEXT];
    char memory[HOST_TEXT];
    bool cpu_limited = read_cgroup("cpu.max", cpu, sizeof cpu);
    bool memory_limited = read_cgroup("memory.max", memory, sizeof memory);
    if (cpu_limited)
        check_result_set(r, CHECK_NOTE, "lift the limit of the container",
                         "the cgroup may use %s us of CPU (of each period): roles are throttled in "
                         "bursts",
                         cpu);
    else if (memory_limited)
        check_result_set(r, CHECK_FINE, NULL, "the cgroup may use %s bytes of memory", memory);
    else
        check_result_set(r, CHECK_FINE, NULL, "no limit on CPU or memory");
}

/* What the links of this machine are, and whether they keep their rate. */
static void describe_links(struct links *l, struct check_result *r)
{
    const double million = 1e6;
    const struct link_rate rate = {.bit_per_s = LINK_BIT_PER_S};
    struct link_measured m;
    struct err e;
    const char *why = links_why(l);
    const char *since = why[0] != '\0' ? ", since " : "";
    const char *cure = program_exists("ip") && program_exists("tc")
                           ? "run as root for links of the kernel's own"
                           : "apt-get install iproute2";
    if (links_set(l, &rate, &e) != RC_OK || links_measure(l, LOOK_NS, &m, &e) != RC_OK)
        check_result_set(r, CHECK_NOTE, "assay works without limited links", "%.200s", e.text);
    else if (link_measured_check(&m, &rate, &e) != RC_OK)
        check_result_set(
            r, CHECK_NOTE, why[0] != '\0' ? cure : "run again when the machine is quiet",
            "%s%s%.100s; now they miss their rate: %.100s", links_kind(l), since, why, e.text);
    else
        check_result_set(r, why[0] != '\0' ? CHECK_NOTE : CHECK_FINE, why[0] != '\0' ? cure : NULL,
                         "%s%s%.100s; set to 100 Mbit/s it passes %.1f up and %.1f down",
                         links_kind(l), since, why, m.up_wire_bit_per_s / million,
                         m.down_wire_bit_per_s / million);
}

static void look_links(const struct home *h, struct check_result *r)
{
    (void)h;
    struct links *l = NULL;
    struct err e;
    if (links_open(LINK_BEST, false, &l, &e) != RC_OK) {
        check_result_set(r, CHECK_NOTE, "assay works without limited links", "%.200s", e.text);
        return;
    }
    describe_links(l, r);
    links_close(l);
}

const struct doctor_check DOCTOR_MACHINE[] = {
    {"cores", look_cores},   {"memory", look_memory},     {"disk", look_disk},
    {"files", look_files},   {"governor", look_governor}, {"steal", look_steal},
    {"cgroup", look_limits}, {"links", look_links},       {NULL, NULL},
};
