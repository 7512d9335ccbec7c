#include "prom/alertmanager.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "prom/reading.h"
#include "series/rule_set.h"

enum { REFUSAL_MOST = 300, ID_MOST = 100 };

static bool is_sound(const char *body, size_t len)
{
    struct json_check check;
    json_check_init(&check, body, len, NULL, 0);
    return json_check_run(&check, len) == JSON_GOOD;
}

/** The value that the sound BODY is. */
static const char *root_of(const char *body)
{
    return body + strspn(body, " \t\r\n");
}

static char *text_of(const char *object, const char *name, size_t most)
{
    const char *at = json_member(object, name);
    return at && *at == '"' ? reading_text(at, most, NULL) : NULL;
}

/** The first text of the array NAME of OBJECT; *COUNT is how many it has. */
static char *first_of(const char *object, const char *name, size_t *count)
{
    struct json_walk w;
    const char *at = json_member(object, name);
    char *first = NULL;
    bool any = at && json_walk_begin(&w, at) && !w.object;
    *count = 0;
    while (any && json_walk_next(&w)) {
        first = first ? first : reading_text(w.at, RULE_TEXT_MAX, NULL);
        ++*count;
        w.at = json_skip(w.at);
    }
    return first;
}

// ---- alerts

static char *receivers_of(const char *alert)
{
    struct json_walk w;
    struct str s;
    const char *at = json_member(alert, "receivers");
    str_init(&s);
    bool any = at && json_walk_begin(&w, at) && !w.object;
    while (any && json_walk_next(&w)) {
        char *name = text_of(w.at, "name", RULE_TEXT_MAX);
        str_addf(&s, "%s%s", s.len > 0 && name ? ", " : "", name ? name : "");
        free(name);
        w.at = json_skip(w.at);
    }
    return str_take(&s);
}

static void add_alert(struct routing *out, const char *at)
{
    size_t muted;
    if (out->alerts_count == ROUTED_MAX) {
        out->alerts_left_out++;
        return;
    }
    const char *labels = json_member(at, "labels"), *status = json_member(at, "status");
    const char *state = json_member(status, "state");
    if (!labels || !state) {
        return;
    }
    mem_grow(&out->alerts, out->alerts_count, &out->alerts_cap);
    struct routed *r = &out->alerts[out->alerts_count++];
    *r = (struct routed){.state = json_is(state, "active")       ? ROUTED_ACTIVE
                                  : json_is(state, "suppressed") ? ROUTED_SUPPRESSED
                                                                 : ROUTED_UNPROCESSED,
        .receivers = receivers_of(at),
        .print = text_of(at, "fingerprint", ID_MOST)};
    reading_labels(&r->labels, labels);
    r->silence = first_of(status, "silencedBy", &r->silences);
    free(first_of(status, "inhibitedBy", &r->inhibited));
    r->muted = first_of(status, "mutedBy", &muted);
}

static bool decode(
    const char *body, size_t len, struct routing *out, void (*add)(struct routing *, const char *))
{
    struct json_walk w;
    if (!is_sound(body, len) || !json_walk_begin(&w, root_of(body)) || w.object) {
        return false;
    }
    while (json_walk_next(&w)) {
        if (*w.at == '{') {
            add(out, w.at);
        }
        w.at = json_skip(w.at);
    }
    return true;
}

bool prom_decode_routed(const char *body, size_t len, struct routing *out)
{
    return decode(body, len, out, add_alert);
}

// ---- groups

static void add_member(struct routing *out, const char *alert)
{
    char *print = text_of(alert, "fingerprint", ID_MOST);
    out->groups[out->groups_count - 1].alerts++;
    if (!print || out->members_count == ROUTED_MAX) {
        free(print);
        return;
    }
    mem_grow(&out->members, out->members_count, &out->members_cap);
    out->members[out->members_count++] = (struct routed_member){print, out->groups_count - 1};
}

static void add_group(struct routing *out, const char *at)
{
    struct json_walk w;
    const char *labels = json_member(at, "labels"), *all = json_member(at, "alerts");
    char *receiver = text_of(json_member(at, "receiver"), "name", RULE_TEXT_MAX);
    if (!receiver || !all || !json_walk_begin(&w, all) || w.object ||
        out->groups_count == ROUTED_MAX) {
        free(receiver);
        return;
    }
    mem_grow(&out->groups, out->groups_count, &out->groups_cap);
    struct routed_group *g = &out->groups[out->groups_count++];
    *g = (struct routed_group){.receiver = receiver};
    if (labels) {
        reading_labels(&g->labels, labels);
    }
    while (json_walk_next(&w)) {
        if (*w.at == '{') {
            add_member(out, w.at);
        }
        w.at = json_skip(w.at);
    }
}

bool prom_decode_groups(const char *body, size_t len, struct routing *out)
{
    out->groups_known = decode(body, len, out, add_group);
    return out->groups_known;
}

// ---- silences

static bool is_true(const char *at, bool otherwise)
{
    return !at || *at == 'n' ? otherwise : *at == 't';
}

static bool text_is_same(const char *at, const char *shown)
{
    return at && json_is(at, shown);
}

static void add_matcher(struct silence *s, const char *at)
{
    char *name = text_of(at, "name", RULE_TEXT_MAX), *value = text_of(at, "value", RULE_TEXT_MAX);
    bool whole = name && value && text_is_same(json_member(at, "name"), name) &&
                 text_is_same(json_member(at, "value"), value);
    whole = silence_add_matcher(s, name ? name : "", value ? value : "",
                is_true(json_member(at, "isRegex"), false),
                !is_true(json_member(at, "isEqual"), true)) &&
            whole;
    s->altered = s->altered || !whole;
    free(name);
    free(value);
}

static int64_t moment_of(const char *object, const char *name)
{
    char *text = text_of(object, name, ID_MOST);
    int64_t ms = 0;
    bool is = text && clock_parse_moment(text, 0, &ms) && ms > 0;
    free(text);
    return is ? ms : 0;
}

static void read_silence(struct silence *s, const char *at)
{
    struct json_walk w;
    const char *state = json_member(json_member(at, "status"), "state");
    const char *matchers = json_member(at, "matchers");
    *s = (struct silence){.id = text_of(at, "id", ID_MOST),
        .author = text_of(at, "createdBy", RULE_TEXT_MAX),
        .comment = text_of(at, "comment", RULE_TEXT_MAX),
        .starts_ms = moment_of(at, "startsAt"),
        .ends_ms = moment_of(at, "endsAt"),
        .state = state && json_is(state, "active")    ? SILENCE_ACTIVE
                 : state && json_is(state, "pending") ? SILENCE_PENDING
                                                      : SILENCE_EXPIRED};
    s->altered = !s->id || !s->author || !s->comment ||
                 !text_is_same(json_member(at, "createdBy"), s->author) ||
                 !text_is_same(json_member(at, "comment"), s->comment) ||
                 !text_is_same(json_member(at, "id"), s->id);
    bool any = matchers && json_walk_begin(&w, matchers) && !w.object;
    while (any && json_walk_next(&w)) {
        add_matcher(s, w.at);
        w.at = json_skip(w.at);
    }
}

// An Alertmanager lists for days what expired: of that, nothing is to be done.
static void add_silence(struct routing *out, const char *at)
{
    struct silence s;
    read_silence(&s, at);
    if (s.state == SILENCE_EXPIRED || out->silences_count == SILENCES_MAX) {
        out->silences_left_out += s.state != SILENCE_EXPIRED;
        silence_finish(&s);
        return;
    }
    mem_grow(&out->silences, out->silences_count, &out->silences_cap);
    out->silences[out->silences_count++] = s;
}

bool prom_decode_silences(const char *body, size_t len, struct routing *out)
{
    return decode(body, len, out, add_silence);
}

bool prom_decode_silence_id(const char *body, size_t len, struct str *id)
{
    char *text = is_sound(body, len) ? text_of(root_of(body), "silenceID", ID_MOST) : NULL;
    str_setf(id, "%s", text ? text : "");
    free(text);
    return id->len > 0;
}

bool prom_add_refusal(struct str *s, const char *body, size_t len)
{
    const char *at = root_of(body);
    size_t before = s->len;
    if (is_sound(body, len)) {
        char *text = *at == '"'   ? reading_text(at, REFUSAL_MOST, NULL)
                     : *at == '{' ? text_of(at, "message", REFUSAL_MOST)
                                  : NULL;
        str_add(s, text ? text : "");
        free(text);
    } else if (*at != '<') {
        size_t end = strlen(at);
        while (end > 0 && strchr(" \t\r\n", at[end - 1])) {
            end--;
        }
        char *text = mem_strndup(at, end);
        utf8_add_brief(s, text, REFUSAL_MOST);
        free(text);
    }
    return s->len > before;
}

// ---- what is sent

static void add_text(struct str *json, const char *name, const char *text)
{
    str_addf(json, "\"%s\":\"", name);
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\') {
            str_addc(json, '\\');
        }
        if ((unsigned char)*p < ' ') {
            str_addf(json, "\\u%04x", (unsigned)*p);
        } else {
            str_addc(json, *p);
        }
    }
    str_addc(json, '"');
}

static void add_moment(struct str *json, const char *name, int64_t ms)
{
    str_addf(json, "\"%s\":\"", name);
    clock_add_rfc3339(json, ms);
    str_add(json, "\",");
}

void prom_add_silence(struct str *json, const struct silence *s)
{
    str_addc(json, '{');
    if (s->id) {
        add_text(json, "id", s->id);
        str_addc(json, ',');
    }
    str_add(json, "\"matchers\":[");
    for (size_t i = 0; i < s->matchers_count; i++) {
        const struct silence_matcher *m = &s->matchers[i];
        str_add(json, i > 0 ? ",{" : "{");
        add_text(json, "name", m->name);
        str_addc(json, ',');
        add_text(json, "value", m->value);
        str_addf(json, ",\"isRegex\":%s,\"isEqual\":%s}", m->regex ? "true" : "false",
            m->negative ? "false" : "true");
    }
    str_add(json, "],");
    add_moment(json, "startsAt", s->starts_ms);
    add_moment(json, "endsAt", s->ends_ms);
    add_text(json, "createdBy", s->author ? s->author : "");
    str_addc(json, ',');
    add_text(json, "comment", s->comment ? s->comment : "");
    str_addc(json, '}');
}
