/**
 * What is declared under `signals:` of a stage, in words. Texts live in the arena. Private to
 * words/.
 */
#ifndef RAGTOP_WORDS_DECLARED_WORDS_H
#define RAGTOP_WORDS_DECLARED_WORDS_H

#include "base/arena.h"
#include "words/words.h"

/** `llm: KV cache in use 97 %, usually 41 %`, of the one with INDEX in the diagnosis. */
const char *declared_clause(struct arena *a, const struct words *w, int index);

/** The same in two parts: `97 %`, and `KV cache in use of llm, usually 41 %`. */
struct words_finding declared_finding(struct arena *a, const struct words *w, int index);

/**
 * Why requests wait at STAGE, by what is declared of it, or of what it is a part of: `KV cache in
 * use 97 %, waiting requests 55`; NULL: nothing tells, or STAGE is -1, the tools.
 */
const char *declared_cause(struct arena *a, const struct words *w, int stage);

/** Whether the one with INDEX in the diagnosis counts requests, and what it is called. */
bool declared_is_work(const struct words *w, int index);
const char *declared_says(const struct words *w, int index);

/** Whether anything that is declared of STAGE deviates. */
bool declared_deviates(const struct words *w, int stage);

/** What does of STAGE, as the verdict of its row; NULL: nothing. */
const char *declared_reason(struct arena *a, const struct words *w, int stage);

/** What is declared of STAGE and stands at I, as a fact: `97 %, usually 41 %`. */
const char *declared_fact(struct arena *a, const struct words *w, int stage, size_t i);

#endif
