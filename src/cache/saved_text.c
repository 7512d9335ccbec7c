#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cache/day_page.h"
#include "cache/saved.h"

enum { VERSION = 1, DIGITS = 6, LABELS_MAX = 64, TEXT_MAX = 4096 };

static const char head[] = "ragtop baseline ", checksum[] = "checksum ";

static void add_labels(struct str *out, const struct labels *l)
{
    for (size_t i = 0; i < l->count; i++) {
        str_addf(out, "%s%s=", i ? "," : "", l->items[i].name);
        str_add_quoted(out, l->items[i].value);
    }
    str_addc(out, '\n');
}

static void add_series(struct str *out, const struct saved *s, const struct series *series)
{
    str_add(out, "series ");
    add_labels(out, &series->labels);
    for (int64_t slot = s->first; slot <= s->last; slot++) {
        double v = ring_get(&series->ring, slot);
        str_add(out, slot > s->first ? " " : "");
        if (isnan(v)) {
            str_addc(out, '-');
        } else {
            str_addf(out, "%.*g", DIGITS, v);
        }
    }
    str_addc(out, '\n');
}

void saved_encode(const struct saved *s, struct str *out)
{
    size_t start = out->len;
    str_addf(out, "%s%d\nat ", head, VERSION);
    clock_add_rfc3339(out, s->at_ms);
    str_addf(out, "\nslots %" PRId64 " %" PRId64 "\n", s->first, s->last - s->first + 1);
    for (size_t i = 0; i < s->count; i++) {
        const struct matrix *m = &s->signals[i].history.matrix;
        str_add(out, "signal ");
        add_labels(out, &s->signals[i].name);
        for (size_t k = 0; k < m->count; k++) {
            add_series(out, s, &m->series[k]);
        }
    }
    str_addf(
        out, "%s%016" PRIx64 "\n", checksum, page_hash(0, out->text + start, out->len - start));
}

// --- reading; what comes after a checksum that fits is still not trusted

struct reader {
    const char *at; /**< the next line; NUL-terminated text */
};

// The rest of the next line when it begins with WORD, without its end.
static const char *take_line(struct reader *r, const char *word, size_t *len)
{
    size_t n = strlen(word);
    if (strncmp(r->at, word, n) != 0) {
        return NULL;
    }
    const char *rest = r->at + n;
    *len = strcspn(rest, "\n");
    if (rest[*len] != '\n') {
        return NULL;
    }
    r->at = rest + *len + 1;
    return rest;
}

static bool take_number(const char **at, int64_t *out)
{
    char *end;
    long long value = strtoll(*at, &end, 10);
    bool good = end > *at;
    *out = value;
    *at = end;
    return good;
}

// A value in quotes, cleaned for a terminal.
static bool take_quoted(const char **at, const char *end, struct str *out)
{
    struct str raw;
    str_init(&raw);
    const char *c = *at;
    bool good = c < end && *c++ == '"';
    while (good && c < end && *c != '"') {
        bool escaped = *c == '\\' && c + 1 < end;
        c += escaped;
        str_addc(&raw, escaped && *c == 'n' ? '\n' : *c);
        c++;
    }
    good = good && c < end && raw.len <= TEXT_MAX;
    if (good) {
        str_clear(out);
        utf8_add_clean(out, raw.text, raw.len);
        *at = c + 1;
    }
    str_finish(&raw);
    return good;
}

static bool take_labels(const char *text, size_t len, struct labels *out)
{
    const char *at = text, *end = text + len;
    struct str name, value;
    str_init(&name);
    str_init(&value);
    bool good = true;
    while (good && at < end) {
        size_t n = strcspn(at, "=\n");
        str_clear(&name);
        utf8_add_clean(&name, at, n);
        at += n;
        good = n > 0 && n <= TEXT_MAX && at < end && *at++ == '=' &&
               take_quoted(&at, end, &value) && out->count < LABELS_MAX &&
               (at == end || (*at++ == ',' && at < end));
        if (good) {
            labels_set(out, name.text, value.text);
        }
    }
    str_finish(&name);
    str_finish(&value);
    return good;
}

static bool take_values(struct reader *r, const struct saved *s, struct batch_series *out)
{
    size_t len;
    const char *at = take_line(r, "", &len), *end = at ? at + len : NULL;
    for (int64_t slot = s->first; at && slot <= s->last; slot++) {
        char *next = NULL;
        double v = NAN;
        if (*at == '-' && (at[1] == ' ' || at + 1 == end)) {
            at++;
        } else {
            v = strtod(at, &next);
            if (*at == ' ' || next == at || next > end) {
                return false;
            }
            at = next;
        }
        batch_add_sample(out, slot * STORE_HISTORY_STEP_MS, v);
        if (slot < s->last && (at >= end || *at++ != ' ')) {
            return false;
        }
    }
    return at && at == end;
}

static bool take_signal(struct reader *r, struct saved *s)
{
    struct labels name = {0};
    struct batch b = {0};
    struct matrix m = {0};
    size_t len;
    const char *line = take_line(r, "signal ", &len);
    bool good = line && s->count < SAVED_SIGNALS_MAX && take_labels(line, len, &name);
    while (good && (line = take_line(r, "series ", &len))) {
        struct batch_series *series = batch_add(&b);
        good = b.count <= MATRIX_SERIES_MAX && take_labels(line, len, &series->labels) &&
               take_values(r, s, series);
    }
    if (good) {
        matrix_init(&m, STORE_HISTORY_STEP_MS, (size_t)(s->last - s->first + 1));
        matrix_merge(&m, &b, s->first, s->last);
        saved_add(s, &name, &m);
        matrix_finish(&m);
    }
    labels_finish(&name);
    batch_finish(&b);
    return good;
}

static bool take_head(struct reader *r, struct saved *s)
{
    size_t len;
    int64_t count;
    struct str moment;
    str_init(&moment);
    const char *line = take_line(r, "at ", &len);
    if (line) {
        str_append(&moment, line, len);
    }
    bool good = line && clock_parse_moment(moment.text, 0, &s->at_ms);
    str_finish(&moment);
    line = take_line(r, "slots ", &len);
    good = good && line && take_number(&line, &s->first) && take_number(&line, &count) &&
           *line == '\n' && s->first >= 0 && s->first < INT64_MAX / STORE_HISTORY_STEP_MS / 2 &&
           count > 0 && count <= SAVED_SLOTS_MAX;
    if (good) {
        s->last = s->first + count - 1;
    }
    return good;
}

// The length of what the checksum at the end is about; 0 when there is none, or it is another.
static size_t checked_length(const char *text, size_t len)
{
    char want[32];
    const size_t line = sizeof checksum - 1 + 16 + 1; // the word, the digits, the line's end
    if (len <= line) {
        return 0;
    }
    uint64_t hash = page_hash(0, text, len - line);
    snprintf(want, sizeof want, "%s%016" PRIx64 "\n", checksum, hash);
    return memcmp(text + len - line, want, line) == 0 ? len - line : 0;
}

bool saved_decode(struct saved *s, const char *text, size_t len, struct str *why)
{
    struct reader r = {.at = text};
    size_t n;
    int64_t version = 0;
    *s = (struct saved){0};
    const char *line = take_line(&r, head, &n);
    if (!line || !take_number(&line, &version) || version < 1) {
        str_setf(why, _("this is not a baseline file; ragtop baseline save FILE writes one"));
        return false;
    }
    if (version > VERSION) {
        str_setf(why,
            _("a later ragtop wrote this baseline, in version %lld of the format; this one reads "
              "up "
              "to %d: update it, or save it again"),
            (long long)version, VERSION);
        return false;
    }
    size_t checked = checked_length(text, len);
    bool good = checked > 0 && !memchr(text, '\0', len) && take_head(&r, s);
    while (good && r.at < text + checked) {
        good = take_signal(&r, s);
    }
    if (!good) {
        str_setf(why, _("this baseline is cut or damaged: its checksum is not that of its content; "
                        "save it again"));
    }
    return good;
}
