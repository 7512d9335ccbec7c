#include "series/note.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"

// As every language has it; the numbers around it are within a sentence of any.
static const char dash[] = "\u2013";

/** One number, or two with a dash between them; the ends are the same for one. */
struct range {
    const char *low, *high;
    size_t low_len, high_len;
};

const char *note_rest(void)
{
    return _("too many notes: the rest are not shown");
}

void note_set(char to[NOTE_BYTES], const char *text)
{
    static const char ellipsis[] = "…";
    size_t len = strlen(text);
    if (len < NOTE_BYTES) {
        memcpy(to, text, len + 1);
        return;
    }
    len = NOTE_BYTES - sizeof ellipsis;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80) {
        len--;
    }
    size_t whole = utf8_whole_words(text, len);
    len = whole > 0 ? whole : len;
    memcpy(to, text, len);
    memcpy(to + len, ellipsis, sizeof ellipsis);
}

static bool is_digit(char c)
{
    return isdigit((unsigned char)c);
}

/** Whether a number begins at P, in the text that begins at START. */
static bool begins_number(const char *start, const char *p)
{
    bool in_name =
        p > start && (isalnum((unsigned char)p[-1]) || (p[-1] & 0x80) || strchr("_:.-", p[-1]));
    return is_digit(*p) && !in_name;
}

/** The bytes of the number at P, with all that belongs to it: 721h0m0s, 12,022, 10.0.0.1:9090. */
static size_t number_len(const char *p)
{
    size_t len = 0;
    while (p[len] && (isalnum((unsigned char)p[len]) || strchr("_:.,+-", p[len]))) {
        len++;
    }
    while (len > 1 && !isalnum((unsigned char)p[len - 1])) {
        len--; // the end of a clause
    }
    return len;
}

static struct range range_at(const char *p)
{
    size_t len = number_len(p);
    struct range r = {p, p, len, len};
    size_t between = sizeof dash - 1;
    if (strncmp(p + len, dash, between) == 0 && is_digit(p[len + between])) {
        r.high = p + len + between;
        r.high_len = number_len(r.high);
    }
    return r;
}

static double whole_part(const char *p, size_t len)
{
    double n = 0;
    for (size_t i = 0; i < len && (is_digit(p[i]) || p[i] == ','); i++) {
        n = p[i] == ',' ? n : 10 * n + (p[i] - '0');
    }
    return n;
}

static bool is_less(const char *a, size_t a_len, const char *b, size_t b_len)
{
    double x = whole_part(a, a_len), y = whole_part(b, b_len);
    int order = strncmp(a, b, a_len < b_len ? a_len : b_len);
    return x < y || (x <= y && (order < 0 || (order == 0 && a_len < b_len)));
}

static void widen(struct range *r, const struct range *by)
{
    if (is_less(by->low, by->low_len, r->low, r->low_len)) {
        r->low = by->low;
        r->low_len = by->low_len;
    }
    if (is_less(r->high, r->high_len, by->high, by->high_len)) {
        r->high = by->high;
        r->high_len = by->high_len;
    }
}

static void add_range(struct str *s, const struct range *r)
{
    str_append(s, r->low, r->low_len);
    if (r->low_len != r->high_len || strncmp(r->low, r->high, r->low_len) != 0) {
        str_add(s, dash);
        str_append(s, r->high, r->high_len);
    }
}

/** Appends what A and B become together; false when they differ in more than numbers. */
static bool add_merged(struct str *s, const char *a, const char *b)
{
    const char *p = a, *q = b;
    while (*p || *q) {
        if (begins_number(a, p) && begins_number(b, q)) {
            struct range r = range_at(p), other = range_at(q);
            p = r.high + r.high_len;
            q = other.high + other.high_len;
            widen(&r, &other);
            add_range(s, &r);
        } else if (*p == *q) {
            str_addc(s, *p++);
            q++;
        } else {
            return false;
        }
    }
    return true;
}

bool note_merge(char note[NOTE_BYTES], const char *text)
{
    struct str merged;
    str_init(&merged);
    bool good = add_merged(&merged, note, text) && merged.len < NOTE_BYTES;
    if (good) {
        memcpy(note, merged.text, merged.len + 1);
    }
    str_finish(&merged);
    return good;
}

size_t note_add(char (*notes)[NOTE_BYTES], size_t *count, size_t most, const char *text)
{
    char fit[NOTE_BYTES];
    note_set(fit, text);
    bool full = *count == most;
    for (size_t i = 0; i < *count; i++) {
        if (note_merge(notes[i], fit)) {
            return i;
        }
        full = full && strcmp(notes[i], note_rest()) != 0; // which is said once
    }
    if (*count < most) {
        note_set(notes[*count], fit);
        return (*count)++;
    }
    if (full) {
        note_set(notes[most - 1], note_rest());
    }
    return most;
}
