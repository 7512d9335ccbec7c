/**
 * The place that requests go to: a URL checked, taken apart, and made fit to be shown.
 */
#ifndef RAGTOP_HTTP_TARGET_H
#define RAGTOP_HTTP_TARGET_H

#include <stdbool.h>

#include "base/str.h"

/** All texts are owned; free with target_finish(). */
struct target {
    char *base;     /**< scheme, host, port and path prefix; no credentials, no slash at the end */
    char *query;    /**< parameters of the URL, which go with every request; may be empty */
    char *place;    /**< "host:port", safe to show */
    char *host;     /**< "host" or "host:port" as a Host header has it */
    char *user;     /**< credentials of the URL, decoded; NULL when it has none */
    char *password; /**< NULL when the URL has none */
};

/**
 * Takes URL apart; without a scheme it is http. False with a sentence in *WHY, which shows no
 * credentials, when it is not an http or https URL with a host; *OUT is then untouched.
 */
bool target_parse(struct target *out, const char *url, struct str *why);

/** Frees the texts; a zeroed target is accepted. */
void target_finish(struct target *t);

/** "host:port" of URL, of any scheme, safe to show; NULL when it has no host. The caller frees. */
char *target_place(const char *url);

/**
 * The URL to ask when FROM redirects to TO, without credentials; NULL when it leads to no http
 * server, or from https down to http. *AWAY says that it is another server, which credentials and
 * headers are not for: another host, or another port, unless that is the step from http on its
 * usual port up to https on its own. The caller frees.
 */
char *target_redirect(const char *from, const char *to, bool *away);

/**
 * Has requests to T ask for the host NAME, and sets *CONNECT_TO to where they really go, as
 * CURLOPT_CONNECT_TO takes it. False with a sentence in *WHY when NAME is no host name.
 */
bool target_rename(struct target *t, const char *name, struct str *connect_to, struct str *why);

#endif
