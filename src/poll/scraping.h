/**
 * Where no server is: the target itself, which is scraped. Private to poll/.
 */
#ifndef RAGTOP_POLL_SCRAPING_H
#define RAGTOP_POLL_SCRAPING_H

#include "http/client.h"
#include "scrape/scraped.h"

struct poller;

/** A target that is scraped in place of asking a server. */
struct scraping {
    bool looked, on;  /**< whether there is one was asked; there is one */
    const char *path; /**< of its metrics, below the address */
    struct scraped data;
    int64_t tick_ms, since_ms;
};

/**
 * Sends for them when they are due, and answers what is asked from those that are there. Returns
 * whether the store changed.
 */
bool scraping_run(struct poller *p, int64_t now_ms);

/** Keeps samples for as long as the span and window now need, or needed before. */
void scraping_keep(struct poller *p);

/** Where no server is: asks whether it is a target, once. False when that was asked already. */
bool scraping_look(struct poller *p, int64_t now_ms);

/** Looks whether R shows that a target is there, which is then scraped. */
void scraping_recognise(struct poller *p, const struct http_reply *r);

/** Takes in a scrape. False with a clause in *WHY. */
bool scraping_take(struct poller *p, const struct http_reply *r, int64_t now_ms, struct str *why);

#endif
