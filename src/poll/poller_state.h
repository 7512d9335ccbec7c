/**
 * What the parts of the poller share. Private to poll/.
 */
#ifndef RAGTOP_POLL_POLLER_STATE_H
#define RAGTOP_POLL_POLLER_STATE_H

#include "http/client.h"
#include "poll/earlier_history.h"
#include "poll/flight.h"
#include "poll/holdings.h"
#include "poll/lookup.h"
#include "poll/own_query.h"
#include "poll/pace.h"
#include "poll/poller.h"
#include "poll/proof.h"
#include "poll/remembered.h"
#include "poll/router.h"
#include "poll/schedule.h"
#include "poll/scraping.h"
#include "poll/width.h"
#include "prom/decode.h"
#include "prom/server_kind.h"
#include "scrape/exposition.h"

/** Queries handed to the client at a time; the rest waits in the schedule. */
enum { ASKS_MAX = 64 };

/** Queries about the history of one signal that are out at a time. */
enum { HISTORY_EACH = 2 };

/** Where the poller is on the way from a bare configuration to polling. */
enum phase { PHASE_COMPONENTS, PHASE_LABELS, PHASE_NAMES, PHASE_TYPES, PHASE_POLLING };

/** How asking for the past goes: who fails there is spared, and is not lost for that. */
struct history_backoff {
    int failures;   /**< one after the other */
    bool told;      /**< it rests because the source said so */
    bool long_told; /**< and said so often, or for long: it is not waited for */
    int rests;      /**< since it last answered one */
    int64_t delay_ms, retry_ms;
};

/** What passes to and from whoever keeps history between two runs; see poll/earlier_history.h. */
struct history_state {
    bool used;                 /**< somebody does */
    struct history_news *news; /**< owned */
    size_t count, cap;
};

/** The user's own query. */
struct own_query {
    struct query result;
    bool wanted;   /**< somebody looks at it */
    bool restarts; /**< all of it is asked for at the next turn, whatever is known */
    bool asked;    /**< as ASK of those in flight */
    size_t ask;
    int64_t tick_ms;  /**< the moment that was asked for last */
    int64_t retry_ms; /**< not asked before, by itself: the server said so */
};

enum { WORDS_LISTS = 24 };

/** What is asked next to find the components on a server. */
enum component_step { COMPONENTS_LOOK, COMPONENTS_PARTS, COMPONENTS_GUESS, COMPONENTS_DONE };

/** The components that are looked for on the server, and the configuration that comes of them. */
struct components {
    enum component_step step;
    const struct config *given; /**< which are looked for */
    struct config config;  /**< GIVEN with what was found, which the plan owns, for its stages */
    struct profile *found; /**< copies that are not to be finished; owned itself */
    size_t found_count;
    struct component_list seen; /**< at the last look, until a plan has them */
    struct name_list names;     /**< that the server has, as the parts told; empty: not known */
    char *built;      /**< what the stages were made of; owned; NULL: there are none yet */
    int64_t again_ms; /**< when to look again */
};

struct poller {
    const struct config *config; /**< as it was given, or that of COMPONENTS */
    struct components components;
    const struct scope *scope;
    const struct plan *plan;
    struct plan *draft; /**< the same, for what learns and resolves it; the rest reads PLAN */
    struct store *store;
    struct http_client *http;
    struct schedule schedule;
    struct ask asks[ASKS_MAX]; /**< what is in flight; the tag of a request is its index */
    bool ask_used[ASKS_MAX];
    struct wants wants; /**< of the last frame */
    bool wants_more;    /**< one more since the last turn */
    enum phase phase;
    int64_t server_ms; /**< when to ask what answers there */
    struct scraping scraping;
    struct own_query own;
    struct lookups lookups;
    struct width width;
    struct holdings holdings;
    int holdings_ask; /**< counts its queries: the newest one */
    struct vocabulary words[WORDS_LISTS];
    uint64_t words_used;              /**< counts looks at them */
    size_t prefix;                    /**< how many of the usual prefixes were tried */
    bool names_known, interval_known; /**< of this discovery */
    bool labels_closed;               /**< names and values of labels are learned from queries */
    int interval_tries, type_tries;   /**< how often they were asked */
    int64_t scrape_ms;
    int64_t discover_ms; /**< when to discover next */
    int64_t soon_ms;     /**< after how long, while nothing is there; 0: something is */
    int64_t delay_ms;    /**< how long after its tick a moment is asked for */
    int64_t held_ms;     /**< the time of which it is asked for; 0: as it goes on */
    int64_t retry_delay_ms, regained_ms;
    uint64_t answers; /**< good ones, ever */
    bool trend_why;   /**< the store's history_why is of a trend */
    bool doubted;     /**< the source was lost by queries that may be all it does not answer */
    struct history_backoff history_backoff;
    struct pace pace;
    struct flight flight;
    int64_t apart_ms;        /**< until then no queries are joined; by the local clock */
    int64_t paused_ms;       /**< the time that stands still; 0: it goes on */
    bool plan_only;          /**< signals are planned, and never asked for */
    bool only_added;         /**< the last answer brought samples, and nothing went for them */
    bool has_reply;          /**< one is being read */
    struct http_reply reply; /**< the one */
    struct samples *samples; /**< of it, as far as they are decoded; NULL: it has none */
    struct router router;
    struct history_state history;
    struct proofs proofs;
    struct poller_saved saved;
    void (*trace)(void *context, const char *line); /**< NULL: none */
    void *trace_context;
};

/** A client for the server that S names; NULL with a sentence in *WHY when S cannot be used. */
struct http_client *connect_source(const struct endpoint *s, struct str *why);

/** Begins with an empty schedule for the plan and store as they stand, at TICK_MS. */
void poller_start_schedule(struct poller *p, int64_t tick_ms);

/** Begins with an empty store and schedule for the plan as it stands. */
void poller_start_store(struct poller *p);

/** Whether it was looked for stages to judge, and there are none; it goes on looking. */
bool poller_finds_nothing(const struct poller *p);

/** What is on its way was asked of another moment, or another server: nobody waits for it. */
void poller_disown_asks(struct poller *p);

/** Forgets what is known of signal I: the schedule asks for all of it again. */
void poller_forget_signal(struct poller *p, int i);

/** Says of every signal of the store whether the plan has a query for it. */
void poller_settle_conditions(struct poller *p);

/** Gives every signal of the store its history of the baseline file. */
void poller_lend_saved(struct poller *p);

/** Sends everything that is due. Returns whether the store changed because the memory answered. */
bool asking_run(struct poller *p, int64_t now_ms);

/** A place for a query in flight, or -1. */
int asking_free(const struct poller *p);

/** The same, for a query that has to keep the pace; see pace.h. */
int asking_free_paced(const struct poller *p, int64_t now_ms);

/** Takes query I back, if it still waits to be sent: false when it does not. */
bool asking_recall(struct poller *p, size_t i);

/** Whether it is paused, and all is known that is to be known of this moment. */
bool asking_rests(const struct poller *p);

/** The moment that is asked for at NOW_MS. */
int64_t asking_tick_ms(const struct poller *p, int64_t now_ms);

/** Sends the queries about metrics of unknown type; see type_tries. */
void asking_send_types(struct poller *p, int64_t now_ms);

/** Whether a query of FEED is in flight. */
bool asking_in_flight(const struct poller *p, const struct feed_type *feed);

/** Sends for the metrics of a target at PATH below the address. */
void asking_send_scrape(struct poller *p, const char *path, int64_t now_ms);

// ---- what is kept between two runs: earlier_history.c

/** Nothing that was kept counts any more, and nothing is. */
void history_stop(struct poller *p);

/** The time of the server at NOW_MS. */
int64_t history_now_ms(const struct poller *p, int64_t now_ms);

/**
 * To be kept: the answer B about slots FIRST to LAST of a signal, whose series are taken. It serves
 * for SERVES_MS; 0: for good.
 */
void history_tell_answer(struct poller *p, int signal, int64_t first, int64_t last, struct batch *b,
    int64_t serves_ms, int64_t now_ms);

/** To be dropped: what is kept of a signal. */
void history_tell_drop(struct poller *p, int signal);

/** To be forgotten: all that is kept of the source, but for what was proved where that STAYS. */
void history_tell_forget(struct poller *p, bool proved_stays);

// ---- the user's own queries: own_query.c, own_words.c

/** Asks the user's query when it is due. Returns whether its result changed at once. */
bool query_run(struct poller *p, int64_t now_ms);

/** Takes in R as the answer to the user's query. */
void query_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms);

/** Frees its result. */
void query_drop(struct poller *p);

/** Asks for the words that were looked at last. Returns whether they are there at once. */
bool words_run(struct poller *p, int64_t now_ms);

/** Takes in R as the words that ASK is about. */
void words_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms);

/** Frees all of them. */
void words_drop(struct poller *p);

#endif
