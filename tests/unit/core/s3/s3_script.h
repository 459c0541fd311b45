/*
 * An HTTP server for tests that answers as a script says: what a good server never does. It runs in
 * a child process and writes "METHOD TARGET" of every request to a pipe, one a line.
 */
#ifndef ASSAY_TESTS_UNIT_S3_SCRIPT_H
#define ASSAY_TESTS_UNIT_S3_SCRIPT_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The answer to a method, for the first `times` requests of it; rows are tried in order. */
struct s3_line {
    const char *method;
    int times;
    const char *answer; /* as it goes over the wire; NULL: the connection is closed without one */
};

struct s3_script {
    int port, seen; /* seen: the pipe's reading end */
    pid_t pid;
};

enum { S3_SCRIPT_LINES = 16, S3_SCRIPT_HEAD = 16384 };

/* Reads head and body of one request; the head is terminated. False: nobody asks any more. */
static inline bool s3_script_read(int fd, char head[S3_SCRIPT_HEAD])
{
    size_t size = 0;
    char *end = NULL;
    while (end == NULL && size < S3_SCRIPT_HEAD - 1) {
        ssize_t n = recv(fd, head + size, S3_SCRIPT_HEAD - 1 - size, 0);
        if (n <= 0)
            return false;
        size += (size_t)n;
        head[size] = '\0';
        end = strstr(head, "\r\n\r\n");
    }
    const char *length = end != NULL ? strcasestr(head, "\r\ncontent-length:") : NULL;
    long left = length != NULL && length < end ? strtol(length + 17, NULL, 10) : 0;
    left -= end != NULL ? (long)(size - (size_t)(end + 4 - head)) : 0;
    for (char body[4096]; left > 0;) {
        ssize_t n = recv(fd, body, left < 4096 ? (size_t)left : sizeof body, 0);
        if (n <= 0)
            return false;
        left -= n;
    }
    return end != NULL;
}

static inline const char *s3_script_answer(const struct s3_line *lines, int *used, const char *head)
{
    for (size_t i = 0; i < S3_SCRIPT_LINES && lines[i].method != NULL; i++) {
        size_t n = strlen(lines[i].method);
        if (strncmp(head, lines[i].method, n) == 0 && used[i] < lines[i].times) {
            used[i]++;
            return lines[i].answer;
        }
    }
    return "HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n";
}

static inline void s3_script_serve(int listening, int seen, const struct s3_line *lines)
{
    int used[S3_SCRIPT_LINES] = {0};
    char head[S3_SCRIPT_HEAD];
    for (;;) {
        int fd = accept(listening, NULL, NULL);
        while (fd >= 0 && s3_script_read(fd, head)) {
            char line[1024];
            int n = snprintf(line, sizeof line, "%.*s\n", (int)strcspn(head, "\r"), head);
            (void)!write(seen, line, n > 0 ? (size_t)n : 0);
            const char *answer = s3_script_answer(lines, used, head);
            if (answer == NULL)
                break;
            (void)!send(fd, answer, strlen(answer), MSG_NOSIGNAL);
            if (strstr(answer, "Connection: close") != NULL)
                break;
        }
        if (fd >= 0)
            (void)close(fd);
    }
}

static inline bool s3_script_open(struct s3_script *s, const struct s3_line *lines)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof a;
    int ends[2];
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (listening < 0 || bind(listening, (struct sockaddr *)&a, sizeof a) != 0 ||
        listen(listening, 8) != 0 || getsockname(listening, (struct sockaddr *)&a, &n) != 0 ||
        pipe(ends) != 0)
        return false;
    *s = (struct s3_script){.port = ntohs(a.sin_port), .seen = ends[0]};
    s->pid = fork();
    if (s->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        s3_script_serve(listening, ends[1], lines);
    }
    (void)close(listening);
    (void)close(ends[1]);
    return s->pid > 0;
}

/* Ends it; text holds all that it was asked. */
static inline void s3_script_close(struct s3_script *s, char *text, size_t room)
{
    size_t size = 0;
    (void)kill(s->pid, SIGKILL);
    (void)waitpid(s->pid, NULL, 0);
    for (ssize_t n = 1; n > 0 && size + 1 < room; size += n > 0 ? (size_t)n : 0)
        n = read(s->seen, text + size, room - 1 - size);
    text[size] = '\0';
    (void)close(s->seen);
}

#endif
