#define _GNU_SOURCE
#include "bench/link/relay.h"

#include "bench/link/link_tcp.h"
#include "bench/link/relay_flow.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { UP, DOWN, DIRECTIONS }; /* towards the broker, and back */
enum { CLIENT, BROKER, SIDES };

enum {
    EVENTS = 128,
    TURNS_MAX = 64, /* rounds of reading between two calls of epoll */
    SOCKET_BUFFER = 256 * 1024,
    PRIORITY = -15,
    EXIT_NO_MEANS = 1,
};
/* What an event is about: 2 * slot + side, or one of these. */
enum { ABOUT_TIMER = 2 * RELAY_CONNECTIONS, ABOUT_LISTENER };

struct relay_connection {
    int fd[SIDES]; /* owned; -1 when broken */
    bool used, connected;
    struct relay_flow flow[DIRECTIONS];
};

struct relay {
    const struct relay_task *task;
    int poll, timer;         /* owned, until the process ends */
    bool acceptable;         /* someone may be waiting at the listener */
    size_t used;             /* connections */
    size_t reach;            /* no slot from here on is used */
    size_t turn[DIRECTIONS]; /* the slot that reads first */
    struct delay_line line[DIRECTIONS];
    struct relay_connection connections[RELAY_CONNECTIONS];
    uint8_t room[PARCEL_MAX];
};

static bool watch(const struct relay *r, int fd, uint32_t about)
{
    struct epoll_event want = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                               .data = {.u32 = about}};
    return epoll_ctl(r->poll, EPOLL_CTL_ADD, fd, &want) == 0;
}

/* Resets both sides; the slot stays taken while parcels of it are on their way. */
static void drop(struct relay_connection *c)
{
    for (int i = 0; i < DIRECTIONS; i++) {
        c->flow[i].broken = true;
        relay_flow_release(&c->flow[i]);
    }
    for (int i = 0; i < SIDES; i++) {
        tcp_drop(c->fd[i]);
        c->fd[i] = -1;
    }
}

/* Ends a connection whose time has come. */
static void settle(struct relay *r, struct relay_connection *c)
{
    bool broken = c->flow[UP].broken || c->flow[DOWN].broken;
    bool done = c->flow[UP].ended_out && c->flow[DOWN].ended_out;
    if (broken)
        drop(c);
    if (done && !broken)
        for (int i = 0; i < SIDES; i++) {
            (void)close(c->fd[i]);
            c->fd[i] = -1;
        }
    if ((broken || done) && c->flow[UP].travelling + c->flow[DOWN].travelling == 0) {
        c->used = false;
        r->used--;
        while (r->reach > 0 && !r->connections[r->reach - 1].used)
            r->reach--;
    }
}

/* Starts to connect to the broker; false when it cannot be. */
static bool dial(const struct relay *r, int *fd)
{
    struct err unused;
    int size = SOCKET_BUFFER;
    int port = atomic_load(&r->task->orders->target_port);
    struct sockaddr_in to = tcp_address(INADDR_LOOPBACK, port);
    if (port == 0 || tcp_socket(fd, &unused) != RC_OK)
        return false;
    (void)setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    return connect(*fd, (const struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS;
}

static void open_connection(struct relay *r, int client)
{
    size_t slot = 0;
    while (r->connections[slot].used)
        slot++;
    struct relay_connection *c = &r->connections[slot];
    *c = (struct relay_connection){.fd = {client, -1}, .used = true};
    r->used++;
    r->reach = slot >= r->reach ? slot + 1 : r->reach;
    bool fine = dial(r, &c->fd[BROKER]) && watch(r, client, (uint32_t)(SIDES * slot + CLIENT)) &&
                watch(r, c->fd[BROKER], (uint32_t)(SIDES * slot + BROKER));
    c->flow[UP] = (struct relay_flow){.from = client, .to = c->fd[BROKER], .broken = !fine};
    c->flow[DOWN] = (struct relay_flow){.from = c->fd[BROKER], .to = client};
    settle(r, c);
}

static void accept_all(struct relay *r)
{
    while (r->acceptable && r->used < RELAY_CONNECTIONS) {
        int fd = -1;
        struct err unused;
        if (tcp_accept(r->task->listener, 0, &fd, &unused) == RC_OK)
            open_connection(r, fd);
        else
            r->acceptable = false;
    }
}

static void note_event(struct relay *r, const struct epoll_event *event)
{
    struct relay_connection *c = &r->connections[event->data.u32 / SIDES];
    bool is_broker = event->data.u32 % SIDES == BROKER;
    bool trouble = (event->events & (EPOLLERR | EPOLLHUP)) != 0;
    if (!c->used || c->fd[CLIENT] < 0)
        return;
    if (is_broker && (trouble || (event->events & EPOLLOUT) != 0))
        c->connected = true; /* or refused, which writing finds out */
    if (trouble || (event->events & (EPOLLIN | EPOLLRDHUP)) != 0)
        c->flow[is_broker ? DOWN : UP].readable = true;
    if (trouble || (event->events & EPOLLOUT) != 0)
        c->flow[is_broker ? UP : DOWN].writable = true;
}

static void hear(struct relay *r)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(r->poll, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
        uint64_t ticks;
        if (events[i].data.u32 == ABOUT_LISTENER)
            r->acceptable = true;
        else if (events[i].data.u32 == ABOUT_TIMER)
            (void)!read(r->timer, &ticks, sizeof ticks);
        else
            note_event(r, &events[i]);
    }
}

static void take_orders(struct relay *r, int direction)
{
    int64_t rate = atomic_load(&r->task->orders->bit_per_s);
    int64_t delay = atomic_load(&r->task->orders->delay_ns);
    delay_line_set(&r->line[direction], rate, delay);
}

/* One round: every connection that has something may read one parcel. Says whether one did. */
static bool read_round(struct relay *r, int direction)
{
    struct delay_line *line = &r->line[direction];
    bool any = false;
    take_orders(r, direction);
    for (size_t i = 0; i < r->reach; i++) {
        size_t slot = (r->turn[direction] + i) % r->reach;
        struct relay_connection *c = &r->connections[slot];
        if (!c->used || !c->connected || !relay_flow_wants(&c->flow[direction]))
            continue;
        struct instant now = clock_now();
        if (!delay_line_takes(line, now)) {
            r->turn[direction] = slot;
            return false;
        }
        relay_flow_read(&c->flow[direction], line, now, r->room);
        any = true;
    }
    return any;
}

static bool someone_waits(const struct relay *r, int direction)
{
    for (size_t i = 0; i < r->reach; i++)
        if (r->connections[i].used && r->connections[i].connected &&
            relay_flow_wants(&r->connections[i].flow[direction]))
            return true;
    return false;
}

/* Moves what can be moved now; returns when it is worth looking again, 0: when epoll says. */
static struct instant move(struct relay *r, int direction)
{
    struct delay_line *line = &r->line[direction];
    struct parcel *p;
    while ((p = delay_line_get(line, clock_now())) != NULL)
        relay_flow_deliver(p->owner, p);
    for (int i = 0; i < TURNS_MAX && read_round(r, direction); i++)
        ;
    struct instant due = delay_line_due(line);
    struct instant again =
        someone_waits(r, direction) ? delay_line_ask_again(line) : (struct instant){0};
    if (due.ns == 0 || (again.ns != 0 && again.ns < due.ns))
        return again;
    return due;
}

static void set_timer(const struct relay *r, struct instant at)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = at.ns / NS_PER_S, .tv_nsec = at.ns % NS_PER_S}};
    (void)timerfd_settime(r->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void step(struct relay *r)
{
    hear(r);
    for (size_t i = 0; i < r->reach; i++)
        for (int d = 0; r->connections[i].used && d < DIRECTIONS; d++)
            relay_flow_write(&r->connections[i].flow[d]);
    accept_all(r);
    struct instant up = move(r, UP);
    struct instant down = move(r, DOWN);
    for (size_t i = 0; i < r->reach; i++)
        if (r->connections[i].used)
            settle(r, &r->connections[i]);
    accept_all(r);
    set_timer(r, up.ns == 0 || (down.ns != 0 && down.ns < up.ns) ? down : up);
}

int relay_live(void *task)
{
    struct relay *r = calloc(1, sizeof *r);
    if (r == NULL)
        return EXIT_NO_MEANS;
    r->task = task;
    /* Raises the priority as far as allowed: a wire does not wait for a processor. */
    (void)setpriority(PRIO_PROCESS, 0, PRIORITY);
    r->poll = epoll_create1(EPOLL_CLOEXEC);
    r->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (r->poll < 0 || r->timer < 0 || !watch(r, r->task->listener, ABOUT_LISTENER) ||
        !watch(r, r->timer, ABOUT_TIMER)) {
        free(r);
        return EXIT_NO_MEANS;
    }
    for (;;)
        step(r);
}
