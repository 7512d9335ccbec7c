/**
 * An answer of the terminal that is on its way, one character after the other: slow lines bring it
 * in pieces, and no piece of it is a key.
 */
#ifndef RAGTOP_TERM_ANSWER_READER_H
#define RAGTOP_TERM_ANSWER_READER_H

#include <stdbool.h>
#include <stddef.h>

enum { REPLY_MOST = 64 /**< characters that are kept */, REPLY_LONGEST = 1024 };

/** What it begins with behind Esc. */
enum reply_kind {
    REPLY_NONE,
    REPLY_OSC,  /**< `]11;`: a colour */
    REPLY_DCS,  /**< `P>|`: name and version, XTVERSION */
    REPLY_MODE, /**< `[?`: numbers, and a letter that says about what */
};

struct reply {
    enum reply_kind kind;
    char text[REPLY_MOST + 1]; /**< behind what all of its kind begin with, as far as it is kept */
    size_t len;                /**< of all that came */
    bool escape;               /**< the last one was the Esc of the terminator */
    char final;                /**< of REPLY_MODE: the letter */
};

enum reply_step {
    REPLY_GOES_ON,
    REPLY_ENDS,   /**< it is whole */
    REPLY_BREAKS, /**< the character is none of it, and it will not be whole any more */
    REPLY_IS_NONE /**< the same, and what came was none: it may have been typed */
};

/** Begins one of KIND, of which Esc and `]`, `P` or `[` have come. */
void reply_begin(struct reply *r, enum reply_kind kind);

/** Takes the character CH in. */
enum reply_step reply_take(struct reply *r, int ch);

/** The character I of those that came, behind Esc: to be read again after REPLY_IS_NONE. */
char reply_typed(const struct reply *r, size_t i);

#endif
