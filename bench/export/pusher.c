#define _GNU_SOURCE
#include "bench/export/pusher.h"

#include "base/clock.h"
#include "base/prometheus.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* link: -lcurl */

enum { ANSWER_MAX = 4096, GROUP_MAX = PUSH_URL_MAX + 2 * EXPORT_RUN_MAX };

struct pusher {
    struct push_target target;
    struct export_source source;
    int64_t every_ns, timeout_ns;
    CURL *curl;      /* owned; the thread's */
    struct buf text; /* owned by the thread, like the members up to the lock */
    struct buf answer, group;
    bool last; /* the push under way is the last one */
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t woken;
    bool stop, running, failed, told;
    char why[ERR_TEXT_MAX]; /* the first trouble */
};

/* --- one push --- */

static bool stops(struct pusher *p)
{
    (void)pthread_mutex_lock(&p->lock);
    bool stop = p->stop;
    (void)pthread_mutex_unlock(&p->lock);
    return stop;
}

/* A push that is under way when the run ends is broken off: a last one follows, with what is final.
 */
static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct pusher *p = ctx;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return !p->last && stops(p);
}

/* More than fits is left out. */
static size_t on_answer(char *data, size_t size, size_t count, void *ctx)
{
    struct buf *answer = ctx;
    struct err ignored;
    size_t n = size * count;
    size_t room = answer->max - answer->size;
    if (buf_append(answer, data, n < room ? n : room, &ignored) != RC_OK)
        return 0;
    return n;
}

static enum rc make_text(struct pusher *p, bool *begun, struct err *e)
{
    char run[EXPORT_RUN_MAX];
    p->source.run(p->source.ctx, run);
    *begun = run[0] != '\0';
    if (!*begun)
        return RC_OK;
    buf_clear(&p->text);
    buf_clear(&p->group);
    buf_clear(&p->answer);
    enum rc rc = p->source.write(p->source.ctx, &p->text, e);
    return rc == RC_OK ? push_target_group(&p->target, run, &p->group, e) : rc;
}

static void set_request(struct pusher *p, struct curl_slist *heads)
{
    CURL *c = p->curl;
    curl_easy_reset(c);
    (void)curl_easy_setopt(c, CURLOPT_URL, (const char *)p->group.data);
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "PUT");
    (void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)p->text.data);
    (void)curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->text.size);
    (void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, heads);
    (void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(p->timeout_ns / NS_PER_MS));
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_answer);
    (void)curl_easy_setopt(c, CURLOPT_WRITEDATA, &p->answer);
    (void)curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)curl_easy_setopt(c, CURLOPT_XFERINFODATA, p);
}

/* The first line of what a server says; "" when that is a page and no text. */
static char *first_line(const struct buf *answer, char *text, size_t size)
{
    (void)snprintf(text, size, "%s", answer->size > 0 ? (const char *)answer->data : "");
    if (text[strspn(text, " \t\r\n")] == '<')
        text[0] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    err_one_line(text);
    return text;
}

static enum rc check_answer(struct pusher *p, CURLcode done, struct err *e)
{
    char line[200];
    long status = 0;
    if (done == CURLE_ABORTED_BY_CALLBACK)
        return RC_OK;
    if (done != CURLE_OK)
        return err_set(e, RC_INFRA, "%s", curl_easy_strerror(done));
    (void)curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status / 100 == 2)
        return RC_OK;
    return err_set(e, RC_INFRA, "it answered %ld%s%s", status,
                   first_line(&p->answer, line, sizeof line)[0] != '\0' ? " " : "", line);
}

static enum rc push(struct pusher *p, struct err *e)
{
    bool begun = false;
    enum rc rc = make_text(p, &begun, e);
    if (rc != RC_OK || !begun)
        return rc;
    struct curl_slist *heads = curl_slist_append(NULL, "Content-Type: " PROMETHEUS_CONTENT_TYPE);
    struct curl_slist *both = heads != NULL ? curl_slist_append(heads, "Expect:") : NULL;
    if (both != NULL) {
        set_request(p, both);
        rc = check_answer(p, curl_easy_perform(p->curl), e);
    } else {
        rc = err_set(e, RC_INFRA, "out of memory");
    }
    curl_slist_free_all(heads);
    return rc;
}

/* --- the thread --- */

static void keep_trouble(struct pusher *p, const struct err *e)
{
    (void)pthread_mutex_lock(&p->lock);
    if (!p->failed)
        (void)snprintf(p->why, sizeof p->why,
                       "metrics do not reach the Pushgateway at %.200s: %.600s", p->target.shown,
                       e->text);
    p->failed = true;
    (void)pthread_mutex_unlock(&p->lock);
}

/* Sleeps until the next push is due; true: the run is at its end. */
static bool wait_for_next(struct pusher *p)
{
    struct instant due = instant_after(clock_now(), p->every_ns);
    struct timespec t = {.tv_sec = due.ns / NS_PER_S, .tv_nsec = due.ns % NS_PER_S};
    int trouble = 0;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->stop && trouble == 0)
        trouble = pthread_cond_timedwait(&p->woken, &p->lock, &t);
    bool stop = p->stop;
    (void)pthread_mutex_unlock(&p->lock);
    return stop;
}

static void *live(void *ctx)
{
    struct pusher *p = ctx;
    while (!p->last) {
        struct err e = {0};
        p->last = wait_for_next(p);
        if (push(p, &e) != RC_OK)
            keep_trouble(p, &e);
    }
    return NULL;
}

/* The main thread handles signals: the pusher's thread is started with all of them blocked. */
static enum rc start(struct pusher *p, struct err *e)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int trouble = pthread_create(&p->thread, NULL, live, p);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (trouble != 0)
        return err_sys(e, RC_INFRA, trouble, "cannot start the thread that pushes metrics");
    p->running = true;
    return RC_OK;
}

static void init_lock(struct pusher *p)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->woken, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

enum rc pusher_open(const struct pusher_options *o, struct pusher **out, struct err *e)
{
    struct pusher *p = calloc(1, sizeof *p);
    if (p == NULL)
        return err_set(e, RC_INFRA, "out of memory for pushing metrics");
    p->target = *o->target;
    p->source = *o->source;
    p->every_ns = o->every_ns > 0 ? o->every_ns : PUSHER_EVERY_NS;
    p->timeout_ns = o->timeout_ns > 0 ? o->timeout_ns : PUSHER_TIMEOUT_NS;
    buf_init(&p->text, EXPORT_TEXT_MAX);
    buf_init(&p->answer, ANSWER_MAX);
    buf_init(&p->group, GROUP_MAX);
    init_lock(p);
    enum rc rc = RC_OK;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        p->curl = curl_easy_init();
    if (p->curl == NULL)
        rc = err_set(e, RC_INFRA, "libcurl does not start");
    if (rc == RC_OK)
        rc = start(p, e);
    if (rc == RC_OK)
        *out = p;
    else
        pusher_close(p);
    return rc;
}

bool pusher_trouble(struct pusher *p, char *text, size_t size)
{
    (void)pthread_mutex_lock(&p->lock);
    bool news = p->failed && !p->told;
    if (news)
        (void)snprintf(text, size, "%s", p->why);
    p->told = p->told || news;
    (void)pthread_mutex_unlock(&p->lock);
    return news;
}

void pusher_finish(struct pusher *p)
{
    if (p == NULL || !p->running)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->stop = true;
    (void)pthread_cond_signal(&p->woken);
    (void)pthread_mutex_unlock(&p->lock);
    (void)pthread_join(p->thread, NULL);
    p->running = false;
}

void pusher_close(struct pusher *p)
{
    if (p == NULL)
        return;
    pusher_finish(p);
    if (p->curl != NULL)
        curl_easy_cleanup(p->curl);
    buf_release(&p->text);
    buf_release(&p->answer);
    if (p->group.data != NULL)
        explicit_bzero(p->group.data, p->group.room);
    buf_release(&p->group);
    push_target_wipe(&p->target);
    (void)pthread_cond_destroy(&p->woken);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}
