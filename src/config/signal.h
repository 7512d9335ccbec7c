/**
 * The table of signals, signal.def, as far as it is for everybody: what they are called and
 * counted in. What is asked for them is in plan/write.h, how they are judged in diagnose/judged.h,
 * what is said of them in words/told.h.
 */
#ifndef RAGTOP_CONFIG_SIGNAL_H
#define RAGTOP_CONFIG_SIGNAL_H

enum signal_kind {
#define SIGNAL(id, ...) SIGNAL_##id,
#define ASKED(id, ...) SIGNAL_##id,
#define DECLARED(id, ...) SIGNAL_##id,
#include "config/signal.def"
    SIGNAL_KINDS,
};

/** What a number of it is counted in; see signal.def for these. */
enum signal_unit {
    SIGNAL_UNIT_SECONDS,
    SIGNAL_UNIT_RATIO,
    SIGNAL_UNIT_COUNT,
    SIGNAL_UNIT_PER_SECOND,
    SIGNAL_UNIT_PER_HOUR,
    SIGNAL_UNIT_MOMENT,
    SIGNAL_UNITS,
};

enum signal_bad { SIGNAL_BAD_NONE, SIGNAL_BAD_UP, SIGNAL_BAD_DOWN, SIGNAL_BAD_EITHER };

enum signal_per {
    SIGNAL_PER_STAGE,
    SIGNAL_PER_POOL,
    SIGNAL_PER_TOOL,
    SIGNAL_PER_POD,
    SIGNAL_PER_PLAN,
};

enum signal_asked {
    SIGNAL_ASKED_PAST,
    SIGNAL_ASKED_NOW,
    SIGNAL_ASKED_DEEP,
    SIGNAL_ASKED_DEEP_SPAN,
    SIGNAL_ASKED_NEVER,
};

/** How what is declared is given: see signal_keys.h. */
enum signal_form {
    SIGNAL_FORM_LATENCY, /**< a histogram or a Summary, by its base name: P95 */
    SIGNAL_FORM_MEAN,    /**< the same of what is no time: its mean */
    SIGNAL_FORM_QUEUE,   /**< what waits, added up */
    SIGNAL_FORM_GAUGE,
    SIGNAL_FORM_STATE, /**< a gauge that is judged by the values that are said, not by its past */
    SIGNAL_FORM_RATE,  /**< a counter */
    SIGNAL_FORM_RATIO,
    SIGNAL_FORM_PART, /**< a counter, of another one */
    SIGNAL_FORM_REST, /**< a counter, of what it and another one count together */
    SIGNAL_FORM_USED, /**< of a limit */
    SIGNAL_FORM_FREE, /**< what is used, of that and what is free */
    SIGNAL_FORM_LEFT, /**< what is free, of a limit */
    SIGNAL_FORMS,
};

/** What becomes of several series of a gauge. */
enum signal_over {
    SIGNAL_OVER_DEFAULT, /**< MAX of what is a share, a time or a state, else SUM */
    SIGNAL_OVER_SUM,
    SIGNAL_OVER_MAX,
    SIGNAL_OVER_MIN,
};

struct signal_type {
    const char *name;
    enum signal_unit unit;
    enum signal_bad bad;
    enum signal_per per;
    enum signal_asked asked;
    const char *says; /**< in English: to be given to _() */
};

/** By enum signal_kind. */
extern const struct signal_type signal_types[SIGNAL_KINDS];

/** The name of UNIT in documents: "per_second". */
const char *signal_unit_name(enum signal_unit unit);

#endif
