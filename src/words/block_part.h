/**
 * The parts of the block about an incident, each of what a clause of the sentence says. All add to
 * the last line of B. Private to words/.
 */
#ifndef RAGTOP_WORDS_BLOCK_PART_H
#define RAGTOP_WORDS_BLOCK_PART_H

#include "words/block.h"

/** NUMBER as FORMAT writes it, marked. */
const char *block_number(struct arena *a, number_format *format, double number);

/** STAGE, or all of it that NAME says, and the pod where only one is at fault. */
void block_put_place(struct block *b, struct arena *a, const struct words *w, const char *name);

/** `for 10 min since 09:12`; nothing where it is not known. */
void block_put_onset(struct block *b, struct arena *a, const struct words *w, struct onset o);

/** `usually 310 ms`; nothing where that is not known. */
void block_put_usually(struct block *b, struct arena *a, double usual, number_format *format);

/** `above its SLO of 2.0 s`, where STAGE is, by its errors or its latency. */
void block_put_slo(struct block *b, struct arena *a, const struct words *w, int stage, bool errors);

/** `other pods 310 ms`, where one pod is to blame. */
void block_put_other_pods(struct block *b, struct arena *a, const struct words *w);

/** What part of the rise STAGE is, and who else calls it; ANOTHER part, as of the sentence. */
void block_put_share(
    struct block *b, struct arena *a, const struct words *w, int stage, bool another);

/** How slow STAGE is: what is called more often, what takes longer, since when. */
void block_put_slow(struct block *b, struct arena *a, const struct words *w, int stage);

/** A line of what it likely comes of, where anything is known of that. */
void block_add_causes(struct block *b, struct arena *a, const struct words *w);

#endif
