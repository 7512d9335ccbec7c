/**
 * Whether the monitoring itself is sound: everything that makes a verdict wrong, or keeps an alert
 * from firing. A check is a row in checks.def and a function; it gets what was read and gives
 * findings, each with what is wrong, why that matters, and what to do about it. What could not be
 * read is said, and never passes for sound.
 */
#ifndef RAGTOP_DOCTOR_DOCTOR_H
#define RAGTOP_DOCTOR_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "config/config.h"
#include "feed/want.h"
#include "plan/audit.h"
#include "series/batch.h"
#include "series/list.h"
#include "series/rule_set.h"
#include "series/vocabulary.h"
#include "words/words.h"

/** The checks there are. */
enum doctor_check_kind {
#define DOCTOR(NAME, name) DOCTOR_##NAME,
#include "doctor/checks.def"
#undef DOCTOR
    DOCTOR_CHECKS
};

/** The most findings of one check that are kept; the others are counted. */
enum { DOCTOR_FINDINGS_MAX = 20, DOCTOR_SELECTORS_MAX = 4000 };

/** How bad a finding is. */
enum doctor_severity {
    DOCTOR_ADVICE,   /**< it could be better */
    DOCTOR_WARNING,  /**< numbers may be wrong, or something is not seen */
    DOCTOR_CRITICAL, /**< an incident would be missed */
};

/** The answer to one question of plan/audit.h. */
struct doctor_answer {
    bool asked;
    const char *why; /**< that there is none: a clause; NULL: it was answered, perhaps by nothing */
    struct batch batch;
};

/** How many series a selector of a rule chooses. */
struct doctor_selector {
    const char *text; /**< as doctor_selectors() gives it */
    double series;    /**< NaN: not known */
    double lately;    /**< within the last day, where there are none now; NaN: not known */
};

/** Everything that was read. It outlives the doctor. */
struct doctor_input {
    struct words words; /**< of a source that was judged */
    const struct config *config;
    struct doctor_answer answers[AUDITS];
    size_t pods_left_out;                    /**< that serve stages, for want of room */
    const struct vocabulary *names;          /**< of metrics; NULL: the server does not list them */
    const struct doctor_selector *selectors; /**< of the rules */
    size_t selectors_count;
    const char *selectors_why; /**< why not all of them are known; NULL: they are */
    int64_t now_ms;            /**< by the server's clock */
};

/** One thing that is wrong. Texts are in the doctor's arena or live for ever. */
struct doctor_finding {
    enum doctor_check_kind check;
    enum doctor_severity severity;
    const char *where; /**< `job agent`, `rule HighLatency` */
    const char *what;  /**< a sentence */
    const char *why;   /**< why it matters: a sentence */
    const char *fix;   /**< what to do: a sentence */
    const char *code;  /**< the same to be pasted: lines; NULL: there is nothing to paste */
    int stage;         /**< that it is about; -1: none */
};

/** What came of a check. */
enum doctor_result {
    DOCTOR_SOUND,
    DOCTOR_FOUND,   /**< there are findings */
    DOCTOR_LACKING, /**< not checked: what it looks at is nothing that there is here */
    DOCTOR_UNREAD,  /**< not checked, or not all of it: reading failed */
};

struct doctor_outcome {
    enum doctor_result result;
    size_t findings;
    size_t left_out; /**< findings for which there was no room */
    const char *why; /**< why not all of it was checked: a clause; NULL: it was */
};

/** Zeroed, it has seen nothing. */
struct doctor {
    const struct doctor_input *in;
    struct arena arena;
    struct doctor_finding *findings; /**< the worst first; owned */
    size_t findings_count, findings_cap;
    struct doctor_outcome outcomes[DOCTOR_CHECKS];
    enum doctor_check_kind current; /**< while it runs */
};

struct doctor_check {
    const char *name;  /**< in documents: "scrape-interval" */
    const char *title; /**< what is looked at: to be given to _() */
    bool of_stages;    /**< without a stage there is nothing to look at */
    void (*run)(struct doctor *d);
};

/** Runs all checks over IN. The caller calls doctor_finish(). */
void doctor_run(struct doctor *d, const struct doctor_input *in);

/** The check of that KIND. */
const struct doctor_check *doctor_check_of(enum doctor_check_kind kind);

/** How many findings are as bad as SEVERITY. */
size_t doctor_count(const struct doctor *d, enum doctor_severity severity);

/** How many checks came out as RESULT. */
size_t doctor_results(const struct doctor *d, enum doctor_result result);

/**
 * What the program exits with: 2 where a finding is critical, 1 where one is a warning, 3 where
 * something that could be there was not read, else 0.
 */
int doctor_status(const struct doctor *d);

/** Frees; a zeroed one is accepted. */
void doctor_finish(struct doctor *d);

// ---- before the checks run

/** Adds the places that serve the stages, by the answer B to AUDIT_SERVED, to OUT. Returns how many
 * pods were left out for want of room. */
size_t doctor_places(struct audit_places *out, const struct batch *b);

/**
 * Appends what is to be looked up of the selectors of all RULES that are understood, each once.
 * False: there are more than DOCTOR_SELECTORS_MAX.
 */
bool doctor_selectors(struct name_list *out, const struct rule_set *rules);

#endif
