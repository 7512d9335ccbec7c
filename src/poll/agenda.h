/**
 * What is due: from the plan, the store and what was asked before to the next question. Knows no
 * network and no clock.
 */
#ifndef RAGTOP_POLL_AGENDA_H
#define RAGTOP_POLL_AGENDA_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan.h"
#include "series/store.h"

/** What a question is for. */
enum purpose {
    ASK_SERVER,    /**< what answers there */
    ASK_SCRAPE,    /**< the metrics of a target, where no server is */
    ASK_LABELS,    /**< which stages there are, by label */
    ASK_NAMES,     /**< which latency metrics exist */
    ASK_INTERVAL,  /**< how often targets are scraped */
    ASK_TYPE,      /**< what an ambiguous metric is */
    ASK_LOOKUP,    /**< what there is in the place of something that is missing */
    ASK_QUERY,     /**< a query of the user's own */
    ASK_WORDS,     /**< names to write one with */
    ASK_WIDTH,     /**< how many requests there were in longer windows: see width.h */
    ASK_NOW,       /**< a signal at this moment */
    ASK_SPAN,      /**< a signal over slots of the live span */
    ASK_THEN,      /**< a signal over the span as it was days before */
    ASK_EACH,      /**< each pod of a stage over the span */
    ASK_EXEMPLARS, /**< of a stage, over the span */
    ASK_DAY,       /**< a signal around this time on an earlier day */
    ASK_RECENT,    /**< a signal over the last hours */
    ASK_PINNED,    /**< a signal before the pinned moment */
    ASK_PROOF,     /**< signals over a stretch that the memory knows: see proof.h */
};

enum { ASK_ARMS_MAX = 4 };

/** One question. */
struct ask {
    enum purpose purpose;
    int index; /**< of the signal; of the stage for ASK_TYPE; see query.c, words.c, lookup.h */
    int arms[ASK_ARMS_MAX]; /**< for ASK_PROOF: the signals, of which INDEX is the first */
    int arms_count;
    int day;              /**< for ASK_DAY: 0 is yesterday; for ASK_THEN how many days before */
    bool recorded;        /**< by its recording rule */
    int64_t first, last;  /**< slots of a range */
    int64_t tick_ms;      /**< the moment it belongs to */
    int64_t sent_ms;      /**< by the local clock */
    int64_t skew_ms;      /**< how far ahead of it the source's clock was thought to be */
    uint64_t heard;       /**< good answers until then; see reach_fail() */
    bool present;         /**< whether the signal is known now hangs on it */
    bool probe;           /**< sent while the source was lost, to see whether it is back */
    size_t prefix;        /**< that it was sent below, as struct poller counts them */
    bool by_query;        /**< values of a label, asked for by a query */
    struct matrix *known; /**< of history: the part that needs no asking; owned; NULL: none */
    bool stray;           /**< it belongs to a moment that was left: its answer is dropped */
};

/**
 * When a question was last asked, so that it is asked once at a time and once per tick; and one
 * about the past, when it fails, ever more rarely, up to once an hour.
 */
struct progress {
    bool busy;
    bool raw;    /**< not by the recording rule, which has nothing there */
    bool failed; /**< when it was answered last, which was badly */
    int64_t tick_ms;
    int64_t window; /**< which stretch of the past it was about */
    int tries;      /**< how often it was asked about that */
};

struct signal_progress {
    struct progress now, span, then, each, exemplars, recent, pinned, proof, days[STORE_DAYS_MAX];
    bool by_range;    /**< now was last asked for together with what was missed before it */
    bool looked_at;   /**< as agenda_asks() had it at the last agenda_look() */
    bool then_wanted; /**< the span of days before is, too */
    int history_busy; /**< questions about its history that are out */
    uint64_t heard;   /**< good answers until it was last asked for now */
    int days_end;     /**< no day from here on has a sample; 0: not known */
    int64_t end_ms;   /**< the tick at which that was found */
    struct {
        int64_t tick_ms;
        uint64_t version; /**< of the days */
        bool enough;
    } days_seen; /**< whether days suffice, as it was found last */
};

/** The same time of day on the days before an hour: local time takes long to compute. */
struct agenda_hour {
    int64_t hour_ms; /**< which; 0: none yet */
    int64_t before_ms[STORE_DAYS_MAX];
};

struct agenda {
    const struct plan *plan;
    const struct scope *scope;
    const struct store *store;
    struct signal_progress *signals; /**< one per signal; owned */
    struct agenda_hour *hour;        /**< owned */
    size_t count;
    int64_t tick_ms;    /**< the moment that is asked for */
    int64_t ahead_ms;   /**< how far the clock is beyond it, where the moment stands still */
    size_t probe;       /**< the signal by which it was last seen whether the source is back */
    int history_most;   /**< questions about history out at a time; 0: no limit */
    int history_each;   /**< those of one signal; 0: no limit */
    int history_busy;   /**< that are out */
    bool past_rests;    /**< nothing of the past is asked for */
    bool past_fails;    /**< nor waited for: it failed too often */
    bool past_given_up; /**< it still fails: that it is asked for again changes nothing yet */
    int then_days;      /**< how many days before; 0: none is wanted */
    int exemplars;      /**< the stage of which they are wanted; -1: of none */
    int opened;         /**< the stage whose page is open: its span is asked for too; -1: none */
    const bool *held;   /**< signals whose history waits for a proof; NULL: none */
    const bool *stages; /**< which are looked into: their deep signals are asked; NULL: none */
};

/** For the signals of PLAN as SCOPE looks at them, nothing asked yet. */
void agenda_init(struct agenda *a, const struct plan *plan, const struct scope *scope,
    const struct store *store);

/** Frees; a zeroed agenda is accepted. */
void agenda_finish(struct agenda *a);

/**
 * The next question about signals that is due, marked as busy: first every signal now; then what of
 * its span and history waited for that answer, the span first and the history day by day, so that
 * the table fills from what matters most. False when nothing is due.
 */
bool agenda_next(struct agenda *a, struct ask *out);

/** The next signal in turn, now, to see whether the source is back. False: there is none. */
bool agenda_probe(struct agenda *a, struct ask *out);

/** ASK was not sent, or not even looked at: it is as due as before. */
void agenda_unask(struct agenda *a, const struct ask *ask);

/** The answer to ASK came, or never will: it may be asked again at the next tick. */
void agenda_done(struct agenda *a, const struct ask *ask);

/** Notes whether the answer to ASK, which is about the past, was a bad one. */
void agenda_note(struct agenda *a, const struct ask *ask, bool failed);

/** The answer to ASK, which is about history, may lack something: it is asked for again, rarely. */
void agenda_doubt(struct agenda *a, const struct ask *ask);

/** Whether any question as ASK, about whichever signal or day, got a bad answer last. */
bool agenda_any_failed(const struct agenda *a, const struct ask *ask);

/** The recording rule has nothing where ASK looked: it is asked again, of the metrics themselves.
 */
void agenda_ask_raw(struct agenda *a, const struct ask *ask);

/**
 * After another stage is looked into: deep signals that are not asked any more are CONDITION_ASKING
 * in STORE, and those that are again are due, unless they are known of this moment.
 */
void agenda_look(struct agenda *a, struct store *store);

/** Whether signal I is asked for: it has an expression, and a deep one a stage looked into. */
bool agenda_asks(const struct agenda *a, int i);

/** Another stage's exemplars are looked at: what was asked of any is not kept. */
void agenda_forget_exemplars(struct agenda *a);

/** Another past is usual now: what it needs was not asked for yet. */
void agenda_rebase(struct agenda *a);

/** Forgets that anything was asked of signal I, but for what is out. */
void agenda_begin(struct agenda *a, int i);

/** Forgets that anything was asked at this tick. */
void agenda_again(struct agenda *a);

/** Whether every signal that is asked for is known at the tick, or why not. */
bool agenda_knows(const struct agenda *a);

/** Whether every signal that is asked for is known at the tick, with its span. */
bool agenda_complete(const struct agenda *a);

/** Whether all history of the signals that answered was asked for and answered or failed. */
bool agenda_history_complete(const struct agenda *a);

#endif
