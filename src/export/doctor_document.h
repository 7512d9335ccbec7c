/**
 * What a doctor found, as documents.
 */
#ifndef RAGTOP_EXPORT_DOCTOR_DOCUMENT_H
#define RAGTOP_EXPORT_DOCTOR_DOCUMENT_H

#include "base/str.h"
#include "doctor/doctor.h"

/** Appends the findings as text, each once for all places that have it, then what was looked at as
 * a table; nothing of it is wider than WIDTH columns (0: 100) but what is to be pasted. */
void doctor_add_table(struct str *s, const struct doctor *d, int width);

/** The same as Markdown. */
void doctor_add_markdown(struct str *s, const struct doctor *d);

/** The same as JSON; the keys are a contract, see ragtop(1). */
void doctor_add_json(struct str *s, const struct doctor *d);

/** The next finding from FROM on that says the same as I, of another place; as many as there are:
 * none does. */
size_t doctor_same(const struct doctor *d, size_t i, size_t from);

/** The places where the same as I is found: `job a, job b and job c`. I is the first of them. */
const char *doctor_places_in(struct arena *a, const struct doctor *d, size_t i);

/** Whether K, which says the same as I, has lines to paste that none before it has. */
bool doctor_is_new_code(const struct doctor *d, size_t i, size_t k);

/** Appends how much was found: `1 critical, 2 warnings; 9 of 28 checks found nothing`. */
void doctor_add_summary(struct str *s, const struct doctor *d);

/** What came of the check of that KIND, as a sentence's end: `2 findings`, `not checked: ...`. */
void doctor_add_result(struct str *s, const struct doctor *d, enum doctor_check_kind kind);

/** The word for SEVERITY to a reader. */
const char *doctor_severity_word(enum doctor_severity severity);

#endif
