/**
 * Which server a URL leads to: scheme, host and port. Code that decides by the server compares
 * these whole, as neither the beginning of a URL nor a part of it proves anything.
 */
#ifndef RAGTOP_BASE_ORIGIN_H
#define RAGTOP_BASE_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

struct origin {
    const char *host; /**< within the URL, HOST_LEN bytes; an IPv6 address without its brackets */
    size_t host_len;
    int port; /**< the scheme's own if the URL has none */
    bool https;
};

/**
 * Takes the http or https URL apart, whatever the case of its scheme. False, with *OUT untouched,
 * when there is no host, when the port is not one, or when there is a user before the host.
 */
bool origin_parse(struct origin *out, const char *url);

/** Whether the host of O is NAME, whatever the case of its letters. */
bool origin_is_host(const struct origin *o, const char *name);

/** Whether the first label of O's host, up to its first dot, is LABEL, whatever the case. */
bool origin_starts_with(const struct origin *o, const char *label);

/** Whether A and B are the same server: scheme, host and port. */
bool origin_same(const struct origin *a, const struct origin *b);

#endif
