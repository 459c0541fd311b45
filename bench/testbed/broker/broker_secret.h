/*
 * What a secure listener needs: a throw-away certificate authority, a key, a user and a password.
 *
 * Made anew for every broker with the openssl program (3.0 or newer) in FOLDER/secret (mode 0700).
 * The authority's key is removed as soon as the server's certificate is signed.
 * Errors: RC_INFRA with what openssl said. Threads: no shared state.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_SECRET_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_SECRET_H

#include "base/err.h"
#include "base/home.h"
#include "bench/testbed/broker/broker.h"

struct broker_secret {
    char ca_file[HOME_PATH_MAX];  /* PEM certificate of the authority, for clients */
    char keystore[HOME_PATH_MAX]; /* PEM: key and certificate of the server */
    char user[BROKER_SECRET_MAX];
    char password[BROKER_SECRET_MAX]; /* letters and digits */
};

enum rc broker_secret_make(const char *folder, struct broker_secret *out, struct err *e) MUST_CHECK;

#endif
