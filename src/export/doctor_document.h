/**
 * What a doctor found, as documents.
 */
#ifndef RAGTOP_EXPORT_DOCTOR_DOCUMENT_H
#define RAGTOP_EXPORT_DOCTOR_DOCUMENT_H

#include "base/str.h"
#include "doctor/doctor.h"

/**
 * Appends the findings as text WIDTH columns wide (0: 100), then what was looked at as a table;
 * ELLIPSIS as of columns_write().
 */
void doctor_add_table(struct str *s, const struct doctor *d, int width, const char *ellipsis);

/** The same as Markdown. */
void doctor_add_markdown(struct str *s, const struct doctor *d);

/** The same as JSON; the keys are a contract, see ragtop(1). */
void doctor_add_json(struct str *s, const struct doctor *d);

/** Appends how much was found: `1 critical, 2 warnings; 9 of 28 checks found nothing`. */
void doctor_add_summary(struct str *s, const struct doctor *d);

/** What came of the check of that KIND, as a sentence's end: `2 findings`, `not checked: ...`. */
void doctor_add_result(struct str *s, const struct doctor *d, enum doctor_check_kind kind);

/** The word for SEVERITY to a reader. */
const char *doctor_severity_word(enum doctor_severity severity);

#endif
