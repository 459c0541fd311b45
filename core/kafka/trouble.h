/*
 * The trouble a client is in: its library's log lines turned into one sentence for a person.
 *
 * Nothing is printed and nothing piles up: only the last trouble is kept, and whether an answer of
 * the broker has come since. Sources of the lines: librdkafka 2.0.2, rd_kafka_broker_set_error and
 * rd_kafka_transport_ssl_handshake. Lines that are not known are passed on as they are.
 * Ownership: embedded; init and release. Threads: all functions are safe from any thread.
 */
#ifndef ASSAY_CORE_KAFKA_TROUBLE_H
#define ASSAY_CORE_KAFKA_TROUBLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { TROUBLE_TEXT = 512, TROUBLE_NAME = 128 };

struct trouble {
    pthread_mutex_t lock;
    char text[TROUBLE_TEXT]; /* "" when there never was any */
    bool live;               /* no broker has answered since the failure */
    bool hopeless;           /* of a kind that trying again does not cure: login, certificate */
    bool large;              /* records larger than 1 MB were sent, or tried to */
    int x509;                /* the last refusal of a certificate, an OpenSSL X509_V_ERR, or 0 */
    char mechanism[TROUBLE_NAME]; /* SASL mechanism in use, for the sentence */
    char ca[TROUBLE_TEXT];        /* where CAs are looked up, for the sentence */
};

void trouble_init(struct trouble *t, const char *mechanism, const char *ca);
void trouble_release(struct trouble *t);

/* A failure line of the library: "ssl://host:port/id: Connect to … failed: … (after …)". */
void trouble_note(struct trouble *t, const char *line);
/* A certificate was refused for this OpenSSL reason; the failure line follows. */
void trouble_note_certificate(struct trouble *t, int x509);
/* A record of more than 1 MB is being sent: requests may be larger than a broker takes. */
void trouble_note_large(struct trouble *t);
/* The broker answered a request. */
void trouble_heal(struct trouble *t);

/* Copies the last trouble to text; true when it is live. text is "" when there never was any. */
bool trouble_say(struct trouble *t, char *text, size_t size);
bool trouble_is_hopeless(
    struct trouble *t); /* the trouble is live and trying again will not help */

#endif
