/*
 * The few TCP calls that links need, IPv4, each with a limit of time.
 *
 * All sockets are closed on exec and do not block. Errors: RC_INFRA naming the address. Threads:
 * safe from any thread.
 */
#ifndef ASSAY_BENCH_LINK_LINK_TCP_H
#define ASSAY_BENCH_LINK_LINK_TCP_H

#include "base/err.h"

#include <netinet/in.h>
#include <stdint.h>

struct sockaddr_in tcp_address(uint32_t host, int port); /* host in this machine's byte order */

/* A socket that is not connected yet. */
enum rc tcp_socket(int *out_fd, struct err *e) MUST_CHECK;
/* Listens on *at; port 0 becomes the one the kernel chose. */
enum rc tcp_listen(struct sockaddr_in *at, int *out_fd, struct err *e) MUST_CHECK;
/* Connects fd, which stays the caller's. */
enum rc tcp_connect(int fd, const struct sockaddr_in *to, int timeout_ms, struct err *e) MUST_CHECK;
enum rc tcp_accept(int listener, int timeout_ms, int *out_fd, struct err *e) MUST_CHECK;
/* Closes fd and drops what it still holds, here and on the way (RST). -1 is fine. */
void tcp_drop(int fd);

#endif
