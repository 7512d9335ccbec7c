/**
 * The kinds of queries to a server. Each is a `struct feed_type`: one file here, one row in
 * feeds.def. A feed says what is missing, how it is asked, and where the answer goes; when it is
 * asked is the schedule's business (poll/schedule.h), which alone knows of time and failure.
 */
#ifndef RAGTOP_FEED_FEED_H
#define RAGTOP_FEED_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "feed/want.h"
#include "plan/plan.h"
#include "plan/scope.h"
#include "prom/envelope.h"
#include "prom/request.h"
#include "prom/server_kind.h"
#include "series/store.h"

/** What is asked first. */
enum feed_rank {
    RANK_EXISTS,  /**< what there is to ask for at all */
    RANK_USER,    /**< what the user types, and what explains what is missing */
    RANK_PRESENT, /**< whether a signal is known now */
    RANK_SCREEN,  /**< the rest of what is on the screen */
    RANK_HISTORY, /**< what is usual */
};

/** Where each part of each feed stands among what is known of the asking for one signal. */
enum feed_slot {
#define FEED(NAME, name, parts) SLOT_##NAME, SLOT_LAST_##NAME = SLOT_##NAME + (parts)-1,
#include "feed/feeds.def"
#undef FEED
    FEED_SLOTS
};

/** Queries in one: of a proof, over a range, and ever, which is of one moment. */
enum { ASK_ARMS_MAX = 8, ASK_JOINED_MAX = 12, ASK_JOINED_EVER = 32 };

/** One query. */
struct ask {
    const struct feed_type *feed;
    int index; /**< of the signal, or the subject of what is not about signals; of the stage for
                  FEED_METRIC_TYPE; see own_query.c, own_words.c, lookup.h */
    int part;  /**< which of the feed's; of FEED_DAYS 0 is yesterday */
    int days;  /**< for FEED_COMPARE: how many days before */
    struct {
        int signal;
        bool raw;         /**< not by its recording rule */
    } arms[ASK_ARMS_MAX]; /**< for FEED_PROOF: the signals, of which INDEX is the first */
    int arms_count;
    bool recorded;       /**< by its recording rule */
    int64_t first, last; /**< slots of a range */
    int64_t tick_ms;     /**< the moment it belongs to */
    int64_t sent_ms;     /**< by the local clock */
    int64_t skew_ms;     /**< how far ahead of it the source's clock was thought to be */
    uint64_t heard;      /**< good answers until then; see health_fail() */
    bool present;        /**< whether the signal is known now hangs on it */
    bool probe;          /**< sent while the source was lost, to see whether it is back */
    size_t prefix;       /**< that it was sent below, as struct poller counts them */
    bool by_query;       /**< values of a label, asked for by a query */
    struct ask *joined;  /**< others that its request asks as well; owned */
    int joined_count;
    struct matrix *known; /**< of history: the part that needs no asking; owned; NULL: none */
    bool orphaned;        /**< it belongs to a moment that was left: its answer is dropped */
};

/** What a feed has found out about a signal, so that it need not look again at every turn. */
struct feed_cache {
    int days_end;   /**< no day from here on has a sample; 0: not known */
    int64_t end_ms; /**< the tick at which that was found */
    struct {
        int64_t tick_ms;
        uint64_t version; /**< of the days */
        bool enough;      /**< the days suffice */
        bool hopeless;    /**< and cannot, whatever those that are not known yet hold */
    } days_seen;          /**< as it was found last */
};

/** The same time of day on the days before an hour: local time takes long to compute. */
struct feed_hour {
    int64_t hour_ms; /**< which; 0: none yet */
    int64_t before_ms[STORE_DAYS_MAX];
};

/** What feeds look at. */
struct feed_env {
    const struct config *config;
    const struct plan *plan;
    const struct scope *scope;
    const struct store *store;
    const struct component_list *seen; /**< until there are stages of them; NULL: none are sought */
    int64_t tick_ms;                   /**< the moment that is asked for */
    int64_t ahead_ms;          /**< how far the clock is beyond it, where the moment stands still */
    bool *wanted[FEED_KINDS];  /**< by subject; owned; NULL: none is */
    int objects[FEED_KINDS];   /**< the subject of what fills a slot of the store; -1: not wanted */
    size_t subjects;           /**< how many there may be */
    int compare_days;          /**< with which day; 0: with none */
    struct feed_cache *caches; /**< one per signal; owned */
    struct feed_hour *hour;    /**< owned */
};

/** What is to be asked for. */
struct gap {
    int64_t first, last; /**< slots */
    int64_t key;         /**< what fails twice with the same one is asked for more rarely */
    bool known;          /**< of a feed of each tick: it is known of this one */
    bool refused;        /**< likewise: it was refused, and is asked for ever more rarely */
    bool unasked;        /**< nobody waits for it */
    bool waits;          /**< what it is asked by is not known yet */
};

/** What a slot of the store is filled with. */
struct filling {
    void *data;
    void (*finish)(void *data);
};

/** One kind of query. */
struct feed_type {
    enum feed_kind kind;
    const char *name; /**< for the log */
    enum feed_rank rank;
    int slot, parts;         /**< of its progress, as feeds.def has it */
    bool samples;            /**< it is answered by samples, which are read piece by piece */
    bool form;               /**< it is sent by POST, being long */
    bool instant;            /**< it is about one moment */
    bool each_tick;          /**< what it gives is known of one tick alone */
    bool past;               /**< it rests while the server cannot be asked about the past */
    bool remembered;         /**< what it gives outlives the program */
    bool of_server;          /**< its one subject is 0, whatever stages there are */
    bool beside;             /**< of the home page beside the stages: few are renewed at a tick */
    int64_t lasts_ms;        /**< what fills a slot holds for so long; 0: until the next tick */
    const char *unavailable; /**< a note that says why there is none of it */
    unsigned lacks;          /**< bits of enum server_kind_lack: where the server has none of it */
    const struct feed_type
        *after; /**< what of the signal has to be settled before; NULL: nothing */

    /** Whether what is known already decides that it need not be, for signal I; NULL: never. */
    bool (*at_once)(const struct feed_env *env, int i);

    /** Appends the PromQL of ASK. */
    void (*add_query)(struct str *s, const struct plan *plan, const struct ask *ask);

    /** Between its slots. */
    int64_t (*step_ms)(const struct feed_env *env);

    /** Writes ASK into R; NULL: as a query for samples. */
    void (*write)(struct prom_request *r, const struct feed_env *env, const struct ask *ask);

    /**
     * Sets *OUT to what is wanted of PART of signal I and is not known; false: nothing is. Of what
     * fills a slot, I is the subject, and false says that there can be none of it.
     */
    bool (*missing)(const struct feed_env *env, int i, int part, struct gap *out);

    /** Where the samples that answer ASK go; NULL: to what history() gives, or nowhere. */
    struct matrix *(*matrix)(
        const struct feed_env *env, struct signal_data *data, const struct ask *ask);
    struct history *(*history)(struct signal_data *data, const struct ask *ask);

    /** Decodes the answer (HTTP STATUS and LEN bytes of BODY, with a NUL behind them) to what fills
     * a slot, on the heap, and what empties it; else a clause in *WHY. NULL: it fills none. */
    enum prom_status (*decode)(
        long status, const char *body, size_t len, struct filling *out, struct str *why);
};

#define FEED(NAME, name, parts) extern const struct feed_type feed_##name;
#include "feed/feeds.def"
#undef FEED

/** All of them, by kind. */
extern const struct feed_type *const feeds[FEED_KINDS];

/** For the signals of PLAN as SCOPE looks at them, nothing wanted yet. */
void feed_env_init(struct feed_env *env, const struct config *config, const struct plan *plan,
    const struct scope *scope, const struct store *store);

/** Frees; a zeroed one is accepted. */
void feed_env_finish(struct feed_env *env);

/** From now on WANTS are wanted, and nothing else is. */
void feed_env_want(struct feed_env *env, const struct wants *wants);

/** Whether a frame wants KIND of SUBJECT. */
bool feed_wants(const struct feed_env *env, enum feed_kind kind, int subject);

/** Whether signal I is asked for: it has an expression, and a deep one a stage looked into. */
bool feed_asks(const struct feed_env *env, int i);

/** Whether there is anything whose samples tell the scrape interval; else it cannot be asked for.
 */
bool feed_counts_samples(const struct feed_env *env);

/** Whether queries of FEED are about signals of the plan. */
bool feed_is_of_signal(const struct feed_type *feed);

/** Whether the schedule asks them: about signals, or for what fills a slot of the store. */
bool feed_is_scheduled(const struct feed_type *feed);

/** Whether signal I has a past to be asked for, once its present was answered. */
bool feed_has_past(const struct feed_env *env, int i);

/** Appends the PromQL of ASK, and of what is joined to it. */
void feed_add_query(struct str *s, const struct plan *plan, const struct ask *ask);

/** Writes ASK into R, which is initialised. */
void feed_write(struct prom_request *r, const struct feed_env *env, const struct ask *ask);

/** Appends TEXT; NULL: nothing, as the plan may have changed since it was asked for. */
void feed_add(struct str *s, const char *text);

/** Appends the expression that signal ASK->index is asked by over history. */
void feed_add_history(struct str *s, const struct plan *plan, const struct ask *ask);

/** The step of history, and of the span. */
int64_t feed_history_step(const struct feed_env *env);
int64_t feed_span_step(const struct feed_env *env);

/** The hour of the tick. */
int64_t feed_hour_ms(const struct feed_env *env);

// ---- live.c

/** Whether the span of signal I is waited for. */
bool live_has_span(const struct feed_env *env, int i);

/** Whether signal I changes so slowly that what is known of it will do for this tick. */
bool live_is_known_long(const struct feed_env *env, int i);

// ---- other_day.c, each_pod.c

/** How many slots of the day before, or of each pod, are kept for a span of GRID. */
size_t compare_slots(const struct grid *grid);
size_t each_pod_slots(const struct grid *grid);

// ---- days.c

/** The slots around the time of the tick on DAY (0 is yesterday). False: that day is not wanted. */
bool days_window(const struct feed_env *env, int day, int64_t *first, int64_t *last);

/** Whether H has a sample. */
bool days_has_samples(const struct history *h);

/** How many days of the week before have samples of signal I, or may have, not being known yet. */
int days_with_hope(const struct feed_env *env, int i);

/** Whether what was found of the days of signal I, all of which are settled, ends before the oldest
 * that was asked for: days beyond are not asked for again for a day. */
void days_learn(const struct feed_env *env, int i);

/** Other days may be wanted now. */
void days_forget(const struct feed_env *env, int i);

/**
 * An empty day between days with samples may be a fault of the server's: marks those of DATA, whose
 * days are settled, as doubted, and sets their PARTS.
 */
void days_doubt(struct signal_data *data, bool parts[STORE_DAYS_MAX]);

#endif
