#include "scrape/exposition.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/sip.h"
#include "base/text.h"
#include "base/utf8.h"
#include "scrape/share.h"
#include "scrape/wanted.h"

enum {
    TEXT_MAX = 200,
    MARK_MAX = 16, // of a text that is cut
    LABELS_MAX = 1000,
    SERIES_MAX = 20000,
    ALL_MAX = 10000,            // beyond, it matters which are wanted
    OTHERS_MAX = ALL_MAX - 500, // of those that are not: each shortens what is kept of all
    TYPES_MAX = 10000,
    NUMBER_MAX = 64,
};

/** Which samples are taken in: all while there is room, or first those that are wanted, and then
 * of the others, once they are counted, a share. */
enum take { TAKE_ALL, TAKE_WANTED, TAKE_COUNT, TAKE_OTHERS };

/** One way through the lines. */
struct reading {
    struct exposition *out;
    enum take take;
    struct str name;    /**< of the last line, */
    bool wanted;        /**< whether it is wanted, */
    size_t before;      /**< and how many of its metric that are not were there before it */
    struct share share; /**< what is kept of those */
};

void exposition_finish(struct exposition *e)
{
    batch_finish(&e->samples);
    for (size_t i = 0; i < e->types_count; i++) {
        free(e->types[i].name);
        free(e->types[i].type);
    }
    free(e->types);
    *e = (struct exposition){0};
}

/** The LEN bytes of TEXT, clean. One that is cut stays another than those that begin alike. */
static char *clean(const char *text, size_t len)
{
    static const unsigned char key[SIP_KEY_BYTES] = {0};
    struct str raw, s;
    str_init(&raw);
    str_init(&s);
    str_append(&raw, text, len < TEXT_MAX + 4 ? len : TEXT_MAX + 4);
    utf8_add_clean(&s, raw.text, len > TEXT_MAX ? TEXT_MAX - MARK_MAX : TEXT_MAX);
    if (len > TEXT_MAX) {
        str_addf(&s, "… (%08" PRIx32 ")", (uint32_t)sip_hash(key, text, len));
    }
    str_finish(&raw);
    return str_take(&s);
}

static bool is_name(char c, bool first)
{
    return isalpha((unsigned char)c) || c == '_' || c == ':' || (unsigned char)c >= 0x80 ||
           (!first && isdigit((unsigned char)c));
}

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t') {
        p++;
    }
    return p;
}

/** The byte after the name at P; P when there is none. */
static const char *skip_name(const char *p)
{
    if (!is_name(*p, true)) {
        return p;
    }
    while (is_name(*p, false)) {
        p++;
    }
    return p;
}

/** Appends the quoted text at P unescaped; NULL when it does not end on its line. */
static const char *read_quoted(const char *p, struct str *out)
{
    for (p++; *p != '"'; p++) {
        if (*p == '\n' || *p == '\0') {
            return NULL;
        }
        if (*p == '\\' && p[1] && p[1] != '\n') {
            p++;
            str_addc(out, *p == 'n' ? '\n' : *p);
        } else {
            str_addc(out, *p);
        }
    }
    return p + 1;
}

/** Returns whether there was room for it: with less labels it might be another series. */
static bool set_label(struct labels *labels, const char *name, size_t len, const struct str *value)
{
    char *key = clean(name, len), *text = clean(value->text, value->len);
    bool room = labels->count < LABELS_MAX;
    if (room) {
        labels_set(labels, key, text);
    }
    free(key);
    free(text);
    return room;
}

/** Reads `name="value"`, or the metric's own name in quotes, at P; NULL when it is neither. */
static const char *read_label(const char *p, struct labels *labels)
{
    struct str name, value;
    str_init(&name);
    str_init(&value);
    bool quoted = *p == '"';
    if (quoted) {
        p = read_quoted(p, &name);
    } else {
        const char *end = skip_name(p);
        str_append(&name, p, (size_t)(end - p));
        p = end;
    }
    if (p && name.len) {
        const char *next = skip_blanks(p);
        if (*next == '=') {
            next = skip_blanks(next + 1);
            p = *next == '"' ? read_quoted(next, &value) : NULL;
            p = p && set_label(labels, name.text, name.len, &value) ? p : NULL;
        } else if (quoted) {
            p = set_label(labels, "__name__", 8, &name) ? p : NULL;
        } else {
            p = NULL;
        }
    } else {
        p = NULL;
    }
    str_finish(&name);
    str_finish(&value);
    return p;
}

/** The byte after the braces at P; NULL when they are malformed. */
static const char *read_labels(const char *p, struct labels *labels)
{
    for (p = skip_blanks(p + 1); *p != '}'; p = skip_blanks(p)) {
        p = read_label(p, labels);
        p = p ? skip_blanks(p) : NULL;
        if (!p || (*p != ',' && *p != '}')) {
            return NULL;
        }
        p += *p == ',';
    }
    return p + 1;
}

/** Reads the number at P and sees that it ends there; NULL when it is none. */
static const char *read_number(const char *p, double *out)
{
    char text[NUMBER_MAX + 1];
    size_t len = strcspn(p, " \t\n\r");
    if (len == 0 || len > NUMBER_MAX) {
        return NULL;
    }
    memcpy(text, p, len);
    text[len] = '\0';
    char *end;
    *out = strtod(text, &end);
    return *end ? NULL : p + len;
}

/** Whether NAME is another metric than that of the line before. */
static bool is_next(const struct reading *r, const char *name, size_t len)
{
    size_t family = wanted_family(name, len);
    return family != wanted_family(r->name.text, r->name.len) ||
           memcmp(name, r->name.text, family) != 0;
}

/** Whether there is room for a series of NAME; those that R does not take need none. */
static bool has_room(struct reading *r, const char *name, size_t len)
{
    struct exposition *e = r->out;
    if (r->take == TAKE_ALL) {
        e->samples.left_out += e->samples.count >= ALL_MAX;
        return e->samples.count < ALL_MAX;
    }
    // the lines of a metric come together
    if (len != r->name.len || memcmp(name, r->name.text, len) != 0) {
        r->before = is_next(r, name, len) ? 0 : r->before;
        str_clear(&r->name);
        str_append(&r->name, name, len);
        r->wanted = wanted_has(e->wanted, name, len);
    }
    if (r->wanted != (r->take == TAKE_WANTED)) {
        return false;
    }
    if (r->take == TAKE_COUNT) {
        share_count(&r->share, r->before++ == 0);
        return false;
    }
    bool room = r->wanted ? e->samples.count < SERIES_MAX : share_has(&r->share, r->before++);
    e->samples.left_out += !room;
    e->wanted_left += !room && r->wanted;
    return room;
}

/** Reads the line of a sample at P; false when it is none. */
static bool read_sample(struct reading *r, const char *p)
{
    struct labels labels = {0};
    const char *end = skip_name(p);
    size_t len = (size_t)(end - p);
    bool decided = len > 0 && r->take != TAKE_ALL; // then it is known to be a sample, too
    double value = 0;
    if (decided && !has_room(r, p, len)) {
        return true;
    }
    if (len > 0) {
        struct str name;
        str_init(&name);
        str_append(&name, p, len);
        set_label(&labels, "__name__", 8, &name);
        str_finish(&name);
    }
    end = skip_blanks(end);
    if (*end == '{') {
        end = read_labels(end, &labels);
    }
    const char *name = labels_get(&labels, "__name__");
    bool good = end && name && read_number(skip_blanks(end), &value);
    if (good && (decided || has_room(r, name, strlen(name)))) {
        struct batch_series *s = batch_add(&r->out->samples);
        s->labels = labels;
        batch_add_sample(s, 0, value);
    } else {
        labels_finish(&labels);
    }
    return good;
}

/** Takes `# TYPE name type` in, if the line at P is that. */
static void read_comment(struct exposition *e, const char *p)
{
    p = skip_blanks(p + 1);
    if (strncmp(p, "TYPE", 4) != 0 || (p[4] != ' ' && p[4] != '\t')) {
        return;
    }
    const char *name = skip_blanks(p + 4);
    struct str quoted;
    str_init(&quoted);
    const char *end = *name == '"' ? read_quoted(name, &quoted) : skip_name(name);
    if (end && end > name) {
        const char *type = skip_blanks(end);
        struct exposition_type t = {.name = quoted.len ? clean(quoted.text, quoted.len)
                                                       : clean(name, (size_t)(end - name))};
        if (e->types_count < TYPES_MAX ||
            (e->wanted && wanted_has(e->wanted, t.name, strlen(t.name)))) {
            t.type = clean(type, strcspn(type, " \t\r\n"));
            mem_grow(&e->types, e->types_count, &e->types_cap);
            e->types[e->types_count++] = t;
        } else {
            free(t.name); // nobody asks for it
        }
    }
    str_finish(&quoted);
}

static const char *next_line(const char *p)
{
    const char *end = strchr(p, '\n');
    return end ? end + 1 : p + strlen(p);
}

// Some editors and languages put a byte-order mark before text.
static const char *skip_mark(const char *body)
{
    return strncmp(body, "\xEF\xBB\xBF", 3) == 0 ? body + 3 : body;
}

const char *exposition_lack(const char *body, size_t len)
{
    bool comments = false;
    const char *p = skip_mark(body);
    for (; p < body + len && *p; p = next_line(p)) {
        p = skip_blanks(p);
        if (*p != '#' && *p != '\n' && *p != '\r' && *p != '\0') {
            return NULL;
        }
        comments = comments || *p == '#';
    }
    if (p < body + len) {
        return NULL; // what no line begins with
    }
    return comments ? _("the target has no metrics (only comments)")
                    : _("the target has no metrics (empty answer)");
}

// One line that looks like a sample may be by chance.
static bool is_all_samples(const char *body, size_t len)
{
    struct exposition e = {0};
    struct str why;
    str_init(&why);
    bool good = exposition_decode(&e, body, len, &why) && e.samples.count > 0;
    str_finish(&why);
    exposition_finish(&e);
    return good;
}

bool exposition_is(const char *content_type, const char *body, size_t len)
{
    bool foreign = content_type && !ascii_same_n(content_type, "text/plain", 10) &&
                   !ascii_same_n(content_type, "application/openmetrics-text", 28);
    struct exposition e = {0};
    struct reading r = {.out = &e};
    bool good = false;
    for (const char *p = skip_mark(body); p < body + len && *p && !good; p = next_line(p)) {
        p = skip_blanks(p);
        if (strncmp(p, "# HELP ", 7) == 0 || strncmp(p, "# TYPE ", 7) == 0) {
            good = true;
        } else if (*p != '\n' && *p != '\r' && *p != '#') {
            good = !foreign && read_sample(&r, p);
            break;
        }
    }
    exposition_finish(&e);
    return good || (foreign && is_all_samples(body, len));
}

static bool read_lines(
    struct reading *r, const char *body, size_t len, enum take take, struct str *why)
{
    size_t line = 1;
    r->take = take;
    str_clear(&r->name);
    for (const char *p = skip_mark(body); p < body + len && *p; p = next_line(p), line++) {
        p = skip_blanks(p);
        if (*p == '#' && take != TAKE_ALL) {
            continue; // they are known
        }
        if (*p == '#') {
            read_comment(r->out, p);
        } else if (*p != '\n' && *p != '\r' && *p && !read_sample(r, p)) {
            char *shown = clean(p, strcspn(p, "\r\n") < 60 ? strcspn(p, "\r\n") : 60);
            str_setf(why, _("line %zu of its metrics cannot be read: %s"), line, shown);
            free(shown);
            return false;
        }
    }
    return true;
}

/** Where there is not room for all: what is wanted, and of the rest a share of each metric. */
static void read_by_need(struct reading *r, const char *body, size_t len, struct str *why)
{
    struct batch *samples = &r->out->samples;
    batch_finish(samples);
    read_lines(r, body, len, TAKE_WANTED, why); // no line is refused that was not before
    read_lines(r, body, len, TAKE_COUNT, why);
    share_settle(&r->share, samples->count < OTHERS_MAX ? OTHERS_MAX - samples->count : 0);
    read_lines(r, body, len, TAKE_OTHERS, why);
    share_finish(&r->share);
}

bool exposition_decode(struct exposition *out, const char *body, size_t len, struct str *why)
{
    struct reading r = {.out = out};
    str_init(&r.name);
    bool good = read_lines(&r, body, len, TAKE_ALL, why);
    if (good && out->samples.left_out > 0 && out->wanted) {
        read_by_need(&r, body, len, why);
    }
    str_finish(&r.name);
    return good;
}

const char *exposition_type_of(const struct exposition *e, const char *metric)
{
    for (size_t i = 0; i < e->types_count; i++) {
        if (strcmp(e->types[i].name, metric) == 0) {
            return e->types[i].type;
        }
    }
    return "";
}
