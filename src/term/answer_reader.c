#include "term/answer_reader.h"

#include <string.h>

enum { BELL = 7, ESCAPE = 27 };

/** All that answers of a kind begin with, and what they consist of behind it. */
static const struct {
    const char *begin;
    const char *of; /**< NULL: whatever is printable */
} kinds[] = {
    [REPLY_NONE] = {"", ""},
    [REPLY_OSC] = {"]11;", "0123456789abcdefABCDEF/:rgb"},
    [REPLY_DCS] = {"P>|", NULL},
    [REPLY_MODE] = {"[?", "0123456789;$"},
};

void reply_begin(struct reply *r, enum reply_kind kind)
{
    *r = (struct reply){.kind = kind, .len = 1};
}

static bool is_of(const struct reply *r, int ch)
{
    const char *of = kinds[r->kind].of;
    return of ? ch > 0 && ch < 0x80 && strchr(of, ch) : ch >= ' ' && ch < 0x7F;
}

static enum reply_step take_end(struct reply *r, int ch)
{
    if (r->escape) {
        return ch == '\\' ? REPLY_ENDS : REPLY_BREAKS;
    }
    if (r->kind == REPLY_MODE) {
        r->final = (char)ch;
        return ch >= '@' && ch <= '~' ? REPLY_ENDS : REPLY_BREAKS;
    }
    r->escape = ch == ESCAPE;
    return ch == BELL ? REPLY_ENDS : r->escape ? REPLY_GOES_ON : REPLY_BREAKS;
}

enum reply_step reply_take(struct reply *r, int ch)
{
    const char *begin = kinds[r->kind].begin;
    size_t at = strlen(begin);
    if (r->len < at) {
        if (ch != begin[r->len]) {
            return REPLY_IS_NONE;
        }
        r->len++;
        return REPLY_GOES_ON;
    }
    if (r->escape || !is_of(r, ch)) {
        return take_end(r, ch);
    }
    if (r->len - at < REPLY_MOST) {
        r->text[r->len - at] = (char)ch;
    }
    return ++r->len < REPLY_LONGEST ? REPLY_GOES_ON : REPLY_BREAKS;
}

char reply_typed(const struct reply *r, size_t i)
{
    return kinds[r->kind].begin[i];
}
