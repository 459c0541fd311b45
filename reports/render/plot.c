#define _GNU_SOURCE
#include "reports/render/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLOT_NAME_MAX = 64, PLOTS_MAX = 256, PLOT_BYTES_MAX = 1 << 20, COMMAND_NOT_FOUND = 127 };

/* Texts inside gnuplot's double quotes, where backslash and quote have a meaning. */
static enum rc put_quoted(struct buf *out, const char *text, struct err *e)
{
    enum rc rc = buf_append(out, "\"", 1, e);
    for (; rc == RC_OK && *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            rc = buf_append(out, "\\", 1, e);
        if (rc == RC_OK)
            rc = buf_append(out, (unsigned char)*text < ' ' ? " " : text, 1, e);
    }
    return rc == RC_OK ? buf_append(out, "\"", 1, e) : rc;
}

static enum rc put_head(struct buf *gp, const struct summary_group *g, const char *name,
                        struct err *e)
{
    enum rc rc = buf_appendf(gp, e,
                             "# gnuplot %s.gp draws %s.svg\n"
                             "set terminal svg size 900,540 enhanced background rgb 'white'\n"
                             "set termoption noenhanced\n"
                             "set output '%s.svg'\nset grid\nset title ",
                             name, name, name);
    if (rc == RC_OK)
        rc = put_quoted(gp, g->label[0] != '\0' ? g->label : g->compare, e);
    return rc == RC_OK ? buf_append(gp, "\n", 1, e) : rc;
}

static enum rc write_pair(struct folder *f, const char *name, const struct buf *gp,
                          const struct buf *dat, struct err *e)
{
    char file[PLOT_NAME_MAX + sizeof FOLDER_PLOTS + 8];
    (void)snprintf(file, sizeof file, FOLDER_PLOTS "/%s.gp", name);
    enum rc rc = folder_write(f, file, buf_span(gp), e);
    (void)snprintf(file, sizeof file, FOLDER_PLOTS "/%s.dat", name);
    return rc == RC_OK ? folder_write(f, file, buf_span(dat), e) : rc;
}

/* The metric that goes across; METRIC_COUNT: none does. */
static int find_across(void)
{
    int m = 0;
    while (m < METRIC_COUNT && METRICS[m].plot != PLOT_ACROSS)
        m++;
    return m;
}

static bool is_measured(const struct summary *s, const struct summary_group *g, int m)
{
    for (size_t i = g->first; m < METRIC_COUNT && i < g->first + g->count; i++)
        if (s->cells[i].value[m].n > 0)
            return true;
    return false;
}

/* One metric of one comparison; across METRIC_COUNT: against the number of the arm. */
struct metric_plot_of {
    const struct summary *s;
    const struct summary_group *g;
    int across;
    enum metric up;
};

/* One row per arm: its name, what goes across, and the metric with its range. */
static enum rc metric_data(const struct metric_plot_of *of, struct buf *dat, size_t *rows,
                           struct err *e)
{
    bool arms = of->across == METRIC_COUNT;
    enum rc rc = buf_appendf(dat, e, "# arm\t%s\t%s\tmin\tmax\n",
                             arms ? "number" : METRICS[of->across].name, METRICS[of->up].name);
    *rows = 0;
    for (size_t i = 0; rc == RC_OK && i < of->g->count; i++) {
        const struct summary_cell *c = &of->s->cells[of->g->first + i];
        const struct measure *up = &c->value[of->up];
        if (up->n == 0 || (!arms && c->value[of->across].n == 0))
            continue;
        rc = put_quoted(dat, trial_record_arm(c->first), e);
        if (rc == RC_OK)
            rc = buf_appendf(dat, e, "\t%.6g\t%.6g\t%.6g\t%.6g\n",
                             arms ? (double)(i + 1) : c->value[of->across].median, up->median,
                             up->min, up->max);
        *rows += rc == RC_OK;
    }
    return rc;
}

static enum rc put_metric_commands(const struct metric_plot_of *of, const char *name,
                                   struct buf *gp, struct err *e)
{
    enum rc rc = put_head(gp, of->g, name, e);
    if (rc == RC_OK)
        rc = buf_appendf(gp, e, "set xlabel ");
    if (rc == RC_OK)
        rc = put_quoted(gp, of->across == METRIC_COUNT ? "arm" : METRICS[of->across].title, e);
    if (rc == RC_OK)
        rc = buf_appendf(gp, e, "\nset ylabel ");
    if (rc == RC_OK)
        rc = put_quoted(gp, METRICS[of->up].title, e);
    if (rc == RC_OK)
        rc = buf_appendf(
            gp, e,
            "\nset format y '%%.0s %%c'\nset yrange [0:*]\nset offsets graph 0.1, graph "
            "0.15, graph 0.1, 0\nset key off\n"
            "plot '%s.dat' using 2:3:4:5 with yerrorbars pt 7, "
            "'' using 2:3:1 with labels left offset 1,0.6\n",
            name);
    return rc;
}

static enum rc plot_metric(struct folder *f, const struct metric_plot_of *of, const char *name,
                           bool *drawn, struct err *e)
{
    struct buf gp, dat;
    size_t rows;
    buf_init(&gp, PLOT_BYTES_MAX);
    buf_init(&dat, PLOT_BYTES_MAX);
    enum rc rc = metric_data(of, &dat, &rows, e);
    if (rc == RC_OK)
        rc = put_metric_commands(of, name, &gp, e);
    *drawn = rc == RC_OK && rows > 0;
    if (*drawn)
        rc = write_pair(f, name, &gp, &dat, e);
    buf_release(&dat);
    buf_release(&gp);
    return rc;
}

/* With too few values no quantile is quoted, and a block without rows is nothing gnuplot can draw.
 */
static bool has_curve(const struct summary_cell *c, size_t latency)
{
    bool any = false;
    for (int p = 0; p < CURVE_POINTS; p++)
        any = any || c->curve[latency][p] != NOT_MEASURED;
    return any && c->latency[latency].n > 0;
}

/* One latency of one comparison. */
struct latency_plot_of {
    const struct summary *s;
    const struct summary_group *g;
    size_t latency;
};

/* Blocks of 1 / (1 - q) and milliseconds, one block per arm, named by its first line. */
static enum rc latency_data(const struct latency_plot_of *of, struct buf *dat, size_t *blocks,
                            struct err *e)
{
    size_t latency = of->latency;
    enum rc rc =
        buf_appendf(dat, e, "# 1/(1-quantile)\t%s_ms, a block per arm\n", LATENCIES[latency].name);
    *blocks = 0;
    for (size_t i = 0; rc == RC_OK && i < of->g->count; i++) {
        const struct summary_cell *c = &of->s->cells[of->g->first + i];
        if (!has_curve(c, latency))
            continue;
        rc = buf_appendf(dat, e, "%s", *blocks > 0 ? "\n\n" : "");
        if (rc == RC_OK)
            rc = put_quoted(dat, trial_record_arm(c->first), e);
        if (rc == RC_OK)
            rc = buf_append(dat, "\n", 1, e);
        for (int p = 0; rc == RC_OK && p < CURVE_POINTS; p++) {
            if (c->curve[latency][p] != NOT_MEASURED)
                rc = buf_appendf(dat, e, "%.8g\t%.6f\n", 1 / (1 - CURVE_QUANTILES[p]),
                                 (double)c->curve[latency][p] / NS_PER_MS);
        }
        ++*blocks;
    }
    return rc;
}

static enum rc plot_latency(struct folder *f, const struct latency_plot_of *of, const char *name,
                            bool *drawn, struct err *e)
{
    const struct latency_row *row = &LATENCIES[of->latency];
    bool queue = !of->g->paced && row->flat_out != NULL;
    struct buf gp, dat;
    size_t blocks;
    buf_init(&gp, PLOT_BYTES_MAX);
    buf_init(&dat, PLOT_BYTES_MAX);
    enum rc rc = latency_data(of, &dat, &blocks, e);
    if (rc == RC_OK)
        rc = put_head(&gp, of->g, name, e);
    if (rc == RC_OK)
        rc = buf_appendf(
            &gp, e,
            "set logscale x\nset xlabel 'percentile'\nset ylabel '%s%s, ms'\nset yrange [0:*]\nset "
            "format y '%%g'\n"
            "set xtics ('50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000)\nset key left top\n"
            "plot for [i=0:%zu] '%s.dat' index i using 1:2 with linespoints "
            "title columnheader(1)\n",
            queue ? row->flat_out : row->drawn, queue ? " (flat out)" : "",
            blocks > 0 ? blocks - 1 : 0, name);
    *drawn = rc == RC_OK && blocks > 0;
    if (*drawn)
        rc = write_pair(f, name, &gp, &dat, e);
    buf_release(&dat);
    buf_release(&gp);
    return rc;
}

/* The plots that have data, by name. */
struct plots {
    char names[PLOTS_MAX][PLOT_NAME_MAX];
    size_t count;
    size_t left_out; /* groups past PLOTS_MAX */
};

static size_t plots_of_a_group(void)
{
    size_t count = 0;
    for (size_t i = 0; i < LATENCY_COUNT; i++)
        count += LATENCIES[i].drawn != NULL;
    for (int m = 0; m < METRIC_COUNT; m++)
        count += METRICS[m].plot == PLOT_UP;
    return count;
}

static enum rc write_latencies(struct folder *f, const struct summary *s, size_t group,
                               struct plots *all, struct err *e)
{
    struct latency_plot_of of = {.s = s, .g = &s->groups[group]};
    enum rc rc = RC_OK;
    for (; rc == RC_OK && of.latency < LATENCY_COUNT; of.latency++) {
        if (LATENCIES[of.latency].drawn == NULL)
            continue;
        bool drawn;
        char *name = all->names[all->count];
        (void)snprintf(name, PLOT_NAME_MAX, "group%02zu-%s", group,
                       LATENCIES[of.latency].plot_name);
        rc = plot_latency(f, &of, name, &drawn, e);
        all->count += rc == RC_OK && drawn;
    }
    return rc;
}

static enum rc write_group(struct folder *f, const struct summary *s, size_t group,
                           struct plots *all, struct err *e)
{
    const struct summary_group *g = &s->groups[group];
    struct metric_plot_of of = {.s = s, .g = g, .across = find_across()};
    enum rc rc = RC_OK;
    bool drawn;
    if (!is_measured(s, g, of.across))
        of.across = METRIC_COUNT;
    for (int m = 0; rc == RC_OK && m < METRIC_COUNT; m++) {
        if (METRICS[m].plot != PLOT_UP)
            continue;
        char *name = all->names[all->count];
        (void)snprintf(name, PLOT_NAME_MAX, "group%02zu-%s", group, METRICS[m].plot_name);
        of.up = (enum metric)m;
        rc = plot_metric(f, &of, name, &drawn, e);
        all->count += rc == RC_OK && drawn;
    }
    return rc == RC_OK ? write_latencies(f, s, group, all, e) : rc;
}

static enum rc write_plots(struct folder *f, const struct summary *s, struct plots *all,
                           struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < s->group_count; i++) {
        if (all->count + plots_of_a_group() > PLOTS_MAX) {
            all->left_out = s->group_count - i;
            break;
        }
        rc = write_group(f, s, i, all, e);
    }
    return rc;
}

/* gnuplot in the plots folder over all .gp files; its messages go to gnuplot.log there. Returns
 * what waitpid says, or an errno below 0. */
static int run_gnuplot(const char *folder, const struct plots *all)
{
    char path[FOLDER_PATH_MAX + sizeof FOLDER_PLOTS + 1];
    char scripts[PLOTS_MAX][PLOT_NAME_MAX + 4], program[] = "gnuplot";
    char *argv[PLOTS_MAX + 2] = {program};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = 0;
    for (size_t i = 0; i < all->count; i++) {
        (void)snprintf(scripts[i], sizeof scripts[i], "%s.gp", all->names[i]);
        argv[i + 1] = scripts[i];
    }
    (void)snprintf(path, sizeof path, "%s/" FOLDER_PLOTS, folder);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -ENOMEM;
    (void)posix_spawn_file_actions_addchdir_np(&actions, path);
    (void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "gnuplot.log",
                                           O_WRONLY | O_CREAT | O_TRUNC, 0666);
    (void)posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    int failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        return -failed;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

enum rc plot_all(struct folder *f, const struct summary *s, char *trouble, struct err *e)
{
    struct plots all = {.count = 0};
    trouble[0] = '\0';
    enum rc rc = write_plots(f, s, &all, e);
    if (rc != RC_OK || all.count == 0)
        return rc;
    int status = run_gnuplot(f->path, &all);
    bool missing = status == -ENOENT ||
                   (status > 0 && WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_NOT_FOUND);
    if (missing)
        (void)snprintf(trouble, RECORD_WHY_MAX,
                       "gnuplot is not installed, so " FOLDER_PLOTS
                       "/*.gp are not drawn (Debian: apt-get install gnuplot-nox)");
    else if (status != 0)
        (void)snprintf(trouble, RECORD_WHY_MAX,
                       "gnuplot failed; its messages are in %.300s/" FOLDER_PLOTS "/gnuplot.log",
                       f->path);
    else if (all.left_out > 0)
        (void)snprintf(trouble, RECORD_WHY_MAX, "for the last %zu comparisons: at most %d are made",
                       all.left_out, PLOTS_MAX);
    return RC_OK;
}
