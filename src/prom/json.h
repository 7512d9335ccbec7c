/**
 * JSON read from front to back, without a tree: first the whole text is checked, in as many steps
 * as the caller likes, then what matters is read where it stands.
 *
 * What is taken for JSON is what cJSON takes (white space is any byte up to 32, text after the root
 * is ignored, at most JSON_DEPTH_MAX levels), so that both can be compared.
 */
#ifndef RAGTOP_PROM_JSON_H
#define RAGTOP_PROM_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { JSON_DEPTH_MAX = 1000 };

/** A member to be remembered while checking: `name` of the root, or of the root's member PARENT. */
struct json_mark {
    int parent; /**< index of the mark of the root's member; -1: of the root itself */
    const char *name;
    const char *at; /**< where its value begins; NULL: there is none; of several the first */
};

enum json_state { JSON_CHECKING, JSON_GOOD, JSON_BAD };

/** A text that is being checked. */
struct json_check {
    const char *at, *end;
    enum json_state state;
    int expected; /**< private: what may come next */
    size_t depth;
    unsigned char objects[JSON_DEPTH_MAX / 8 + 1]; /**< bit per level: it is an object */
    struct json_mark *marks;
    size_t marks_count;
    int member; /**< the mark of the root's member that is being checked; -1: none */
};

/** Begins with LEN bytes of TEXT and COUNT MARKS, which live as long as the check. */
void json_check_init(
    struct json_check *c, const char *text, size_t len, struct json_mark *marks, size_t count);

/** Checks about BYTES more; a single long text may take more. Returns the state it is in then. */
enum json_state json_check_run(struct json_check *c, size_t bytes);

/*
 * What follows reads a text that was found good; AT is where a value begins.
 */

/** The first byte after the value. */
const char *json_skip(const char *at);

/** One by one through the children of an array or object. */
struct json_walk {
    const char *at;  /**< the value; to be moved past it before the next call */
    const char *key; /**< of an object's member: where its text begins; else NULL */
    bool object;
};

/** False when AT is neither array nor object. */
bool json_walk_begin(struct json_walk *w, const char *at);

/** Moves on to the next child. False at the end, with `at` behind the array or object. */
bool json_walk_next(struct json_walk *w);

/** The code of the four hexadecimal digits at P; 0 when they are none, as in cJSON. */
unsigned json_hex4(const char *p);

/** Appends a text unescaped, up to a NUL in it and about MAX bytes. False when it is no text. */
bool json_add_text(struct str *out, const char *at, size_t max);

/** The value of the member NAME of the object at AT; NULL when there is none, or AT is NULL. */
const char *json_member(const char *at, const char *name);

/** Whether it is exactly TEXT. */
bool json_is(const char *at, const char *text);

/** Reads a number, and moves *AT past it. False when it is none; *AT stays. */
bool json_number(const char **at, double *out);

/** Reads a text that is a number as strtod() knows it, and nothing else; moves *AT past it. */
bool json_number_in_text(const char **at, double *out);

#endif
