/**
 * What a text means: the types of options, of values in files and of arguments of commands, and how
 * each is read into its place.
 */
#ifndef RAGTOP_BASE_VALUE_H
#define RAGTOP_BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct value_type {
    /** See value_read(), and below for each of them. */
    bool (*read)(const struct value_type *type, const char *text, void *out, struct str *why);
    int64_t least, most;      /**< of a duration, in ms; of a count; MOST bytes of a text, if any */
    const char *const *names; /**< of a choice, in the order of its values; NULL ends them */
    const char *refusal;      /**< of a choice: N_("not a colour depth; use %s") */
    bool secret;              /**< no message repeats the text */
    bool file;                /**< it names a file: see value_expand() */
    void (*show)(struct str *out, const char *text); /**< for messages; NULL: plain_add() */
};

/**
 * Reads TEXT into OUT, which points to what READ of TYPE says. False with *WHY worded to follow
 * "TEXT is": "not a duration; use 90s, 5m or 1h"; what OUT points to is untouched then.
 */
bool value_read(const struct value_type *type, const char *text, void *out, struct str *why);

/**
 * Sets *OUT to TEXT with the home directory in place of a leading `~`, where TYPE names a file; see
 * home_expand() for HOME. False with a whole sentence in *WHY.
 */
bool value_expand(const struct value_type *type, const char *text, const char *home,
    struct str *out, struct str *why);

/** Appends TEXT, which is not secret, as a message may have it. */
void value_show(const struct value_type *type, const char *text, struct str *out);

/** int64_t: milliseconds from LEAST to MOST. */
bool value_duration(const struct value_type *, const char *, void *, struct str *);

/**
 * Whether TEXT is a number alone that a unit makes a duration of TYPE; *WHY then says so, and names
 * the first two that do.
 */
bool value_misses_unit(const struct value_type *type, const char *text, struct str *why);

/** int: the index of one of NAMES, as an enum has it. */
bool value_choice(const struct value_type *, const char *, void *, struct str *);

/** bool: `true`, `yes`, `on` and their opposites. */
bool value_flag(const struct value_type *, const char *, void *, struct str *);

/** double: a share, `1%` or `0.01`, more than 0 and at most 1. */
bool value_share(const struct value_type *, const char *, void *, struct str *);

/** char *, owned, which the new text replaces: any text; one line; visible text on one line.
 * VALUE_A_FILE is any text. */
bool value_text(const struct value_type *, const char *, void *, struct str *);
bool value_line(const struct value_type *, const char *, void *, struct str *);
bool value_plain(const struct value_type *, const char *, void *, struct str *);

extern const struct value_type value_a_flag, value_a_share, value_a_text, value_a_line,
    value_a_plain_text, value_a_file;

#endif
