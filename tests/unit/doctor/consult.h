/**
 * A world, and what else a server would have said of it, for tests of the doctor. Each test says
 * what is found in it, what is sound and what cannot be checked.
 *
 *     struct consult c;
 *     consult_init(&c, world_article);
 *     consult_answer(&c, AUDIT_STATE_METRICS, 12, NULL);
 *     consult_run(&c);
 *     consult_sound(&c, "kube-state-metrics");
 */
#ifndef RAGTOP_TESTS_UNIT_DOCTOR_CONSULT_H
#define RAGTOP_TESTS_UNIT_DOCTOR_CONSULT_H

#include "doctor/doctor.h"
#include "unit/world.h"

enum { CONSULT_SELECTORS_MAX = 64, CONSULT_NAMES_MAX = 64 };

struct consult {
    struct world w;
    struct doctor_input in;
    struct doctor d;
    struct doctor_selector selectors[CONSULT_SELECTORS_MAX];
    char *names[CONSULT_NAMES_MAX];
    struct vocabulary vocabulary;
};

/** The world of YAML, calm where that is the article's, in which every question was answered with
 * nothing and every list is empty. */
void consult_init(struct consult *c, const char *yaml);

void consult_finish(struct consult *c);

/** The answer to A has a series of VALUE with the LABELS: names and values, then NULL. */
void consult_answer(struct consult *c, enum audit a, double value, const char *labels, ...);

/** FEED is answered with DATA, a JSON value. */
void consult_list(struct consult *c, enum feed_kind feed, const char *data);

/** FEED is not answered: it is refused because of WHY, or the server has none of it (NULL). */
void consult_no_list(struct consult *c, enum feed_kind feed, const char *why);

/** There are so many series of what doctor_selectors() would name TEXT, and were LATELY. */
void consult_selector(struct consult *c, const char *text, double series, double lately);

/** The server has a metric called NAME. */
void consult_name(struct consult *c, const char *name);

/** Judges and examines what was filled in, anew each time. */
void consult_run(struct consult *c);

/** The finding of CHECK whose sentences have TEXT; fails the test when there is none. */
const struct doctor_finding *consult_found(
    const struct consult *c, const char *check, const char *text);

/** Fails the test unless CHECK is sound. */
void consult_sound(const struct consult *c, const char *check);

/** Fails the test unless CHECK could not be made, or only RESULT, for a reason that has WHY. */
void consult_open(
    const struct consult *c, const char *check, enum doctor_result result, const char *why);

#endif
