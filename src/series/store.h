/**
 * Everything known about every signal: the live span, the history that makes "usual", and in what
 * condition the asking itself is. Written by the poller, read by all that comes after it.
 */
#ifndef RAGTOP_SERIES_STORE_H
#define RAGTOP_SERIES_STORE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/zone.h"
#include "series/matrix.h"
#include "series/note.h"
#include "series/routing.h"

enum {
    STORE_DAYS_MAX = 28,
    STORE_WHY_MAX = NOTE_BYTES,
    STORE_NOTES_MAX = 32,
    STORE_PLACE_LAST = INT_MAX,
    STORE_TOPIC_MAX = NOTE_BYTES,
    STORE_SLOTS = 40,
    STORE_BYTES = 24 * 1024 * 1024, /**< that all series together may take */
    STORE_SERIES_LEAST = 100,       /**< that each matrix may have in any case */
    STORE_HISTORY_STEP_MS = 5 * 60 * 1000,
    STORE_NEAR_MS = 30 * 60 * 1000, /**< what is as near counts as the same time of day */
    STORE_POINTS_LEAST = 20,
    STORE_PIN_LEAST_MS = 15 * 60 * 1000, /**< of samples before a moment that is pinned */
    STORE_DAYS_LEAST = 2,
    STORE_WEEK_DAYS = 7,
};

/** How asking for one signal goes. */
enum condition {
    CONDITION_ASKING,   /**< no answer yet */
    CONDITION_ANSWERED, /**< the last query was answered, perhaps with nothing */
    CONDITION_ABSENT,   /**< the server knows no series of that name */
    CONDITION_REFUSED,  /**< the server understood and refused: see `why` */
};

/** One stretch of history, asked for once. */
struct history {
    struct matrix matrix; /**< step STORE_HISTORY_STEP_MS; zeroed until wanted */
    int64_t first, last;  /**< its slots */
    bool answered;
    uint64_t version; /**< grows with every answer taken */
    bool kept;        /**< nothing more has to be done for it to outlive the program */
    bool doubted;     /**< it may lack something, and is asked for again after a while */
};

struct signal_data {
    enum condition condition;
    char why[STORE_WHY_MAX]; /**< for CONDITION_REFUSED */
    bool unfit;              /**< with it: there was an answer, but no number that can be meant */
    unsigned nans;           /**< of the newest answer, bits 1 << PART of what is NaN in it */
    int64_t now_ms;          /**< the moment that the newest answer is about; 0: none yet */
    int64_t ended_ms;        /**< of one that is gone since longer than is known here: about when
                                its last sample was; 0: not known */
    struct matrix live;      /**< the span */
    struct matrix then;      /**< the span as it was on an earlier day; zeroed until wanted */
    int then_days;           /**< how many days before; 0: nothing of it is known */
    struct matrix each;      /**< of pods: each one's number over the span; zeroed until wanted */
    struct history *days[STORE_DAYS_MAX]; /**< see store_day(); owned */
    struct history recent;                /**< the six hours before this one */
    struct history pinned;                /**< before the moment that was pinned */
    const struct history *saved;          /**< of the baseline file; not owned; NULL: none */
};

/** Whether the server can be asked at all. */
enum health {
    REACH_ASKING, /**< nothing came back yet */
    HEALTH_OK,
    HEALTH_LOST, /**< unreachable, refusing, or no Prometheus: see `why` */
};

struct source_state {
    enum health health;
    char why[STORE_WHY_MAX]; /**< a clause: "connection refused by localhost:9090" */
    bool foreign;            /**< while it is lost: something answers, but not as it should */
    int64_t since_ms;        /**< when it was lost */
    int64_t answered_ms;     /**< the last good answer, by the local clock; 0: never */
    int64_t retry_ms;        /**< when it is tried again */
    bool series_cut;  /**< series that are needed had no room: there are more than are seen */
    int64_t skew_ms;  /**< the server's clock minus ours, where it matters; else 0 */
    char server[160]; /**< what answers there, "VictoriaMetrics"; "": not known */
    bool scraped;     /**< it is a target that is scraped here: there is no server */
    int64_t scraped_since_ms; /**< the first scrape that is kept; 0: there is none */
    bool has_dots;            /**< metrics with dots in their names, and so labels, are on it */
    unsigned lacks;           /**< bits of enum server_kind_lack: prom/server_kind.h */
};

/** What came of a query whose answer is no samples but a list of things, while it is wanted. */
struct slot {
    int subject;              /**< what it is about, as struct want has it; -1: nothing */
    int64_t left_ms;          /**< the tick since which no frame wants it; 0: one does */
    enum condition condition; /**< CONDITION_ABSENT: the server has nothing of the kind */
    char why[STORE_WHY_MAX];
    void *data;                 /**< the newest; NULL: there is none yet; owned */
    void (*finish)(void *data); /**< empties it */
};

struct store {
    struct signal_data *signals; /**< in the plan's order; owned */
    size_t count;
    struct source_state source;
    char (*notes)[STORE_WHY_MAX];    /**< that differ in more than numbers; owned */
    char (*topics)[STORE_TOPIC_MAX]; /**< of each note; "": it is never dropped; owned */
    int places[STORE_NOTES_MAX]; /**< of each note, in whose order they are; STORE_PLACE_LAST: as
                                    they came */
    size_t notes_count;
    char unmet[STORE_WHY_MAX]; /**< a sentence: why there is no stage to judge; "": there is one */
    char history_why[STORE_WHY_MAX]; /**< why the server refuses all history; "": it does not */
    bool history_silent;             /**< it does not refuse, but does not answer */
    const char *saved_name; /**< of the baseline file, for the reader; not owned; NULL: none */
    int64_t saved_ms;       /**< the moment before which it was saved */
    struct slot slots[STORE_SLOTS]; /**< by enum feed_kind */
    struct routing_state *routing;  /**< of an Alertmanager; owned; NULL: nobody asked */
    bool complete;                  /**< everything wanted for this moment was answered or failed */
    bool history_complete;          /**< as much of the history as there will be is here */
    bool ended;                     /**< nothing is asked for any more */
    bool history_seen;   /**< it once was complete: what is missing since is only renewed */
    uint64_t version;    /**< grows with every change */
    uint64_t added_from; /**< since this version nothing went away, */
    uint64_t added_to;   /**< until this one: samples came, and that was all */
};

/** Room for COUNT signals with SLOTS live slots of STEP_MS. */
void store_init(struct store *s, size_t count, int64_t step_ms, size_t slots);

/** Forgets what is in slot I, and begins with what is about SUBJECT (-1: nothing is wanted). */
void store_begin_slot(struct store *s, int i, int subject);

/** Slot I was answered with DATA, which is on the heap and taken over; FINISH empties it. */
void store_fill_slot(struct store *s, int i, void *data, void (*finish)(void *data));

/** Frees; a zeroed store is accepted. */
void store_finish(struct store *s);

/** What is known of around the same time DAY + 1 days ago. */
const struct history *store_day(const struct signal_data *data, int day);

/** The same, to be changed. */
struct history *store_own_day(struct signal_data *data, int day);

/** Makes H, which it replaces, the answers M to slots FIRST to LAST; takes M over. */
void history_take(struct history *h, struct matrix *m, int64_t first, int64_t last);

/** Forgets H; its version still grows. */
void history_drop(struct history *h);

/** Forgets everything that is known of a signal but what the baseline file says. */
void store_forget(struct signal_data *data);

/**
 * How many series a matrix of SLOTS, which holds COUNT and is of S or to be, may hold for all to
 * keep within STORE_BYTES.
 */
size_t store_room(const struct store *s, size_t count, size_t slots);

/**
 * The moment on the grid of THEN at which, by the local calendar, it was as late as at AT_MS on the
 * day that is shown.
 */
int64_t store_slot_then(const struct signal_data *data, int64_t at_ms);

/**
 * Makes THEN one of the span DAYS before, on a grid of SLOTS values STEP_MS apart; what it has is
 * kept where it already is.
 */
void store_begin_then(struct signal_data *data, int days, int64_t step_ms, size_t slots);

/** Forgets it. */
void store_drop_then(struct signal_data *data);

/** Whether day D of the history (0 is yesterday) is the same weekday as today. */
bool store_day_is_weekly(int day);

/**
 * Whether the history holds enough to say what is usual at this time of day: at least
 * STORE_POINTS_LEAST points within STORE_NEAR_MS of the time of TICK_MS, on at least
 * STORE_DAYS_LEAST of the first DAYS days.
 */
bool store_days_suffice(
    const struct signal_data *data, const struct zone *zone, int days, int64_t tick_ms);

/** A change that let go of nothing, as the next version. */
void store_note_added(struct store *s);

/** Whether all that was there at VERSION, series and their labels, is there still. */
bool store_only_added(const struct store *s, uint64_t version);

/** The newest moment that any answer is about; 0: none yet. */
int64_t store_newest_ms(const struct store *s);

/** Keeps NOTE, or takes it into one that differs in numbers alone: see note_add(). */
void store_add_note(struct store *s, const char *note);

/** The same of a note about TOPIC, until that is dropped. */
void store_add_topic(struct store *s, const char *topic, const char *note);

/** The same, before those of a higher PLACE: answers come in any order. */
void store_add_placed(struct store *s, const char *topic, int place, const char *note);

/** Forgets the notes about TOPIC, which is no empty text. */
void store_drop_topic(struct store *s, const char *topic);

#endif
