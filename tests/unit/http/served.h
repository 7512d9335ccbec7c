/**
 * What the tests of the client share: tests/http/misbehave.py as the server, a second client to ask
 * it what it saw, and ways to ask and to compare. Whatever goes wrong fails the test.
 */
#ifndef RAGTOP_TESTS_UNIT_HTTP_SERVED_H
#define RAGTOP_TESTS_UNIT_HTTP_SERVED_H

#include <stdint.h>
#include <sys/types.h>

#include "http/client.h"

enum { TIMEOUT_MS = 20000, SHORT_MS = 250, DEADLINE_S = 120, BODY_MAX = 1024 * 1024 };

struct server {
    pid_t pid;
    int in, port;
};

/** From served_set_up() to served_tear_down(). */
struct served {
    struct server plain;
    struct http_client *clerk; /**< asks what the server saw */
    char folder[64];           /**< for "token", "cert.pem" and "key.pem", which end with it */
};

extern struct served served;

/** For cmocka_run_group_tests(). */
int served_set_up(void **state);
int served_tear_down(void **state);

/** Starts one more, with ARGS, NULL-ended; NULL: none. */
struct server server_start(const char *const *args);

void server_stop(struct server *s);

/** TEXT as a field of an endpoint has it; nothing writes there. */
char *field(const char *text);

/** What clients of URL have here, unless a test says otherwise. */
struct http_options client_options(const char *url);

struct http_client *client_create(const struct http_options *options);

/** A client of the server below PREFIX. */
struct http_client *client_for(const char *prefix);

/** The next reply, waited for. */
struct http_reply client_next(struct http_client *c);

/** Sends REQUEST and waits for its reply. */
struct http_reply client_ask(struct http_client *c, struct http_request request);
struct http_reply client_get(struct http_client *c, const char *path);

/** Sends COUNT requests for PATH, tagged from 0 on, and does not wait. */
void client_start_many(struct http_client *c, const char *path, uint64_t count);

/** A socket bound to a free port of this machine, on which nobody listens. */
int bound_socket(int *port);

/** What the server counted under NAME. */
long clerk_counted(const char *name);

/** Has the server count from 0 again. */
void clerk_reset(void);

void assert_has(const char *text, const char *part);

/** What the server saw last has PART, or has it not. */
void assert_last_has(const char *part);
void assert_last_lacks(const char *part);

/** The why of REPLY is EXPECTED, which has HOST:PORT in place of 127.0.0.1 and PORT. */
void assert_why(const struct http_reply *reply, int port, const char *expected);

#endif
