/**
 * The verdict as lines that are read in one glance: what words_add_summary() says in sentences, and
 * of the same verdict. Everything is in the arena, or constant.
 */
#ifndef RAGTOP_WORDS_BLOCK_H
#define RAGTOP_WORDS_BLOCK_H

#include "base/arena.h"
#include "words/words.h"

/** Stands before and behind each number in the text of a part. */
enum { BLOCK_MARK = '\1' };

/** How a part is read: its text, and the numbers in it. */
enum block_tone {
    BLOCK_PLAIN, /**< ordinary text, whose numbers stand out */
    BLOCK_ASIDE, /**< what is read last */
    BLOCK_PLACE, /**< what it is about: read first */
    BLOCK_BAD,   /**< its numbers are as bad as the verdict */
    BLOCK_LOUD,  /**< something that needs a look: an alert that fires */
};

/** What a line says; those that matter less come later. */
enum block_about {
    BLOCK_HEAD,    /**< what is wrong, where, how much, since when */
    BLOCK_MORE,    /**< goes on with it, without a label */
    BLOCK_LIKELY,  /**< what it comes of */
    BLOCK_ALSO,    /**< other faults */
    BLOCK_NOT,     /**< what it does not come of */
    BLOCK_CHANGED, /**< what changed about when it began */
    BLOCK_ALERTS,  /**< which alerts there are */
    BLOCK_REST,    /**< sentences on what else is to be known */
    BLOCK_ABOUTS,
};

enum { BLOCK_PARTS_MAX = 14, BLOCK_LINES_MAX = 12 };

struct block_part {
    const char *text; /**< with marks */
    enum block_tone tone;
    bool spare; /**< see block_spare(): on low screens it is left out rather than begin a line */
};

struct block_line {
    enum block_about about;
    struct block_part parts[BLOCK_PARTS_MAX];
    size_t count;
};

struct block {
    const char *badge; /**< the verdict in a word; NULL: there is none yet */
    struct block_line lines[BLOCK_LINES_MAX];
    size_t count;
};

/** Sets *OUT to the verdict of W; the head is its first line. */
void block_of(struct block *out, struct arena *a, const struct words *w);

/** Adds a line; the head is the first. One that has no room is the last one again. */
struct block_line *block_add(struct block *b, enum block_about about);

/** Adds TEXT to the last line of B; nothing where it is NULL or empty. */
void block_put(struct block *b, enum block_tone tone, const char *text);

/** The last part of B is to be seen elsewhere on the home page, too. */
void block_spare(struct block *b);

/** The label before a line; "": it has none. */
const char *block_label(enum block_about about);

/** TEXT as a number of a part. */
const char *block_mark(struct arena *a, const char *text);

#endif
