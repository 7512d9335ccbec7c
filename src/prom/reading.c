#include "prom/reading.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "series/rule_set.h"

enum { SPARE = 8 }; // more than is kept, so that what is too long is seen to be

/** Appends what is shown of the text at AT; false: that is not what it is. */
static bool add_shown(struct str *out, const char *at, size_t most, bool *cut)
{
    struct str raw;
    str_init(&raw);
    json_add_text(&raw, at, most + SPARE);
    utf8_add_brief(out, raw.text, most);
    bool same = strcmp(raw.text, out->text) == 0;
    if (cut) {
        *cut = raw.len > most;
    }
    str_finish(&raw);
    return same;
}

char *reading_text(const char *at, size_t most, bool *cut)
{
    struct str shown;
    str_init(&shown);
    add_shown(&shown, at, most, cut);
    char *text = str_take(&shown);
    str_finish(&shown);
    return text;
}

bool reading_labels(struct labels *out, const char *at)
{
    struct json_walk w;
    struct str name, value;
    str_init(&name);
    str_init(&value);
    labels_finish(out);
    bool whole = json_walk_begin(&w, at) && w.object, more = whole;
    while (more && json_walk_next(&w)) {
        str_clear(&name);
        str_clear(&value);
        bool text = *w.at == '"' && out->count < RULE_LABELS_MAX;
        whole = text && add_shown(&name, w.key, RULE_TEXT_MAX, NULL) && whole;
        whole = text && add_shown(&value, w.at, RULE_TEXT_MAX, NULL) && whole;
        if (text) {
            labels_set(out, name.text, value.text);
        }
        w.at = json_skip(w.at);
    }
    str_finish(&name);
    str_finish(&value);
    return whole;
}

static void take_moment(int64_t *out, const char *at)
{
    char *text = reading_text(at, RULE_TEXT_MAX, NULL);
    int64_t ms;
    bool is = clock_parse_moment(text, 0, &ms) && ms > 0; // the year 1 is none
    *out = is ? ms : 0;
    free(text);
}

void reading_take(
    const struct reading *fields, size_t count, void *object, const char *key, const char *at)
{
    size_t i = 0;
    while (i < count && !json_is(key, fields[i].name)) {
        i++;
    }
    if (i == count) {
        return;
    }
    void *place = (char *)object + fields[i].offset;
    double v;
    switch (fields[i].kind) {
    case READING_TEXT: {
        char **text = place;
        free(*text);
        *text = reading_text(at, RULE_TEXT_MAX, NULL);
        break;
    }
    case READING_NUMBER:
        if (json_number(&at, &v) || json_number_in_text(&at, &v)) {
            *(double *)place = v;
        }
        break;
    case READING_MOMENT: take_moment(place, at); break;
    case READING_LABELS: reading_labels(place, at); break;
    }
}
