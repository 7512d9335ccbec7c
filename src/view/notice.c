#include "view/notice.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "bind/bindings.h"
#include "view/cell.h"
#include "view/page.h"
#include "words/doubt.h"

static bool add_refused(struct str *s, const struct words *w, size_t *i)
{
    for (size_t k = 0; k < w->store->count; k++) {
        if (w->store->signals[k].condition == CONDITION_REFUSED && (*i)-- == 0) {
            return words_add_refused(s, w, (int)k);
        }
    }
    return false;
}

static bool add_mean(struct str *s, const struct words *w, size_t *i)
{
    for (size_t k = 0; k < w->plan->stages_count; k++) {
        const struct stage *stage = &w->plan->stages[k];
        if (stage->kind == LATENCY_MEAN && (*i)-- == 0) {
            str_addf(s,
                _("%s is a summary without quantiles: only its mean can be known. "
                  "Make it a histogram to see its P95."),
                stage->metric);
            return true;
        }
    }
    return false;
}

static bool add_doubt(struct str *s, const struct words *w, size_t *i)
{
    if (w->diagnosis->copies > 1 && (*i)-- == 0) {
        return doubt_add_copies(s, w);
    }
    if (w->diagnosis->tool_resets > 0 && (*i)-- == 0) {
        return doubt_add_tool_resets(s, w);
    }
    if (w->diagnosis->tools_more > 0 && (*i)-- == 0) {
        return doubt_add_tools(s, w);
    }
    for (int n = 0; doubt_add_limits(s, w, n); n++) {
        if ((*i)-- == 0) {
            return true;
        }
        str_clear(s);
    }
    for (size_t k = 0; k < w->plan->stages_count; k++) {
        for (int n = 0; doubt_add_note(s, w, (int)k, n); n++) {
            if ((*i)-- == 0) {
                return true;
            }
            str_clear(s);
        }
    }
    return false;
}

bool notice_add(struct str *s, const struct words *w, size_t i, bool rows)
{
    if (i < w->store->notes_count) {
        str_add(s, w->store->notes[i]);
        return true;
    }
    i -= w->store->notes_count;
    return (rows && add_refused(s, w, &i)) || add_doubt(s, w, &i) || (rows && add_mean(s, w, &i));
}

// Of what only looks like stages a reader wants to keep what is of use.
static void add_way_to_keep(struct str *s, const struct view_input *in, size_t note)
{
    const struct words *w = &in->words;
    bool guessed = w->plan->pipeline.guessed && note < w->store->notes_count &&
                   strcmp(w->store->topics[note], "components") == 0;
    if (guessed && in->bindings) {
        struct arena a = {0};
        const char *way = page_explain(&a, in, _("{save-stages} saves them"));
        str_addf(s, "; %s", way);
        arena_finish(&a);
    }
}

bool notice_add_note(struct str *s, const struct view_input *in, size_t i, bool rows)
{
    if (in->state->filter[0] && i-- == 0) {
        const char *text = in->state->filter;
        bool without = text[0] == '!' && text[1];
        struct arena a = {0};
        str_addf(s,
            without ? _("only rows without \"%s\" (%s: all)")
                    : _("only rows matching \"%s\" (%s: all)"),
            text + without, page_explain(&a, in, "{back}"));
        arena_finish(&a);
        return true;
    }
    if (in->words.source->insecure && i-- == 0) {
        str_add(s, _("TLS is not verified (-k)"));
        return true;
    }
    if (i < in->warnings_count) {
        str_add(s, in->warnings[i]);
        return true;
    }
    i -= in->warnings_count;
    bool any = notice_add(s, &in->words, i, rows);
    if (any) {
        add_way_to_keep(s, in, i);
    }
    return any;
}

static const char *note(struct arena *a, const struct view_input *in, size_t i)
{
    struct str s;
    str_init(&s);
    bool any = notice_add_note(&s, in, i, false);
    const char *text = cell_settle(a, &s);
    return any ? text : NULL;
}

void notice_build(struct view *v, struct arena *a, const struct view_input *in)
{
    const char *now[] = {
        in->state->paused ? page_explain(a, in, _("PAUSED ({pause} resumes)")) : NULL,
        in->state->pending, in->notice};
    const char *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < sizeof now / sizeof *now; i++) {
        first = first ? first : now[i];
        count += now[i] != NULL;
    }
    const char *text;
    for (size_t i = 0; (text = note(a, in, i)) != NULL; i++) {
        first = first ? first : text;
        count++;
    }
    v->notice = (struct view_text){first, ROLE_NOTICE};
    v->notice_passes = in->notice_passes && first == in->notice;
    v->notices_more = count > 1 ? (int)count - 1 : 0;
}
