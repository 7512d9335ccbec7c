#include "words/block.h"

#include <string.h>

#include "base/text.h"
#include "words/block_part.h"
#include "words/change_words.h"
#include "words/clause.h"
#include "words/incident.h"
#include "words/phrase.h"
#include "words/summary.h"
#include "words/told.h"

enum { NAMED_MOST = 3 };

// --- lines and parts

struct block_line *block_add(struct block *b, enum block_about about)
{
    b->count += b->count < BLOCK_LINES_MAX;
    struct block_line *line = &b->lines[b->count - 1];
    *line = (struct block_line){.about = about};
    return line;
}

void block_put(struct block *b, enum block_tone tone, const char *text)
{
    struct block_line *line = &b->lines[b->count - 1];
    if (text && *text && line->count < BLOCK_PARTS_MAX) {
        line->parts[line->count++] = (struct block_part){.text = text, .tone = tone};
    }
}

void block_spare(struct block *b)
{
    struct block_line *line = &b->lines[b->count - 1];
    if (line->count > 0) {
        line->parts[line->count - 1].spare = true;
    }
}

const char *block_label(enum block_about about)
{
    static const char *const labels[BLOCK_ABOUTS] = {[BLOCK_LIKELY] = N_("likely"),
        [BLOCK_ALSO] = N_("also"),
        [BLOCK_NOT] = N_("not"),
        [BLOCK_CHANGED] = N_("changed"),
        [BLOCK_ALERTS] = N_("alerts")};
    return labels[about] ? _(labels[about]) : "";
}

const char *block_mark(struct arena *a, const char *text)
{
    return arena_printf(a, "%c%s%c", BLOCK_MARK, text, BLOCK_MARK);
}

// The sentences in S, as a line of their own; S is empty then.
static void add_sentences(struct block *b, struct arena *a, struct str *s)
{
    const char *text = arena_take(a, s);
    text += strspn(text, " ");
    if (*text) {
        block_add(b, BLOCK_REST);
        block_put(b, BLOCK_PLAIN, text);
    }
}

// --- an incident

static void add_ruled_out(struct block *b, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *load = phrase_evidence(w, EVIDENCE_NO_LOAD);
    if (!load && v->normal == 0) {
        return;
    }
    block_add(b, BLOCK_NOT);
    if (load) {
        block_put(b, BLOCK_PLAIN,
            // TRANSLATORS: behind "not": what it does not come of: "load (traffic 0.8× usual)"
            arena_printf(
                a, _("load (traffic %s usual)"), block_number(a, format_ratio, load->a / load->b)));
    }
    for (size_t i = 0; i < v->evidence_count && v->normal <= NAMED_MOST; i++) {
        if (v->evidence[i].kind == EVIDENCE_NORMAL) {
            // TRANSLATORS: behind "not": a stage that it does not come of: "generation (normal)"
            block_put(b, BLOCK_PLAIN,
                arena_printf(a, _("%s (normal)"), phrase_name(w, v->evidence[i].stage)));
        }
    }
    if (v->normal > NAMED_MOST) {
        const char *said =
            v->normal == w->diagnosis->stages_count
                ? text_count("the %zu stage (normal)", "all %zu stages (normal)", (double)v->normal)
            : v->stage < 0
                ? text_count("%zu stage (normal)", "%zu stages (all normal)", (double)v->normal)
                : text_count("%zu other stage (normal)", "%zu other stages (all normal)",
                      (double)v->normal);
        block_put(b, BLOCK_PLAIN, arena_printf(a, said, v->normal));
    }
}

// What speaks for the verdict and is not among what the cluster reports: it may report nothing.
static void put_evidence(struct block *b, struct arena *a, const struct words *w)
{
    const struct evidence *rollout = phrase_evidence(w, EVIDENCE_ROLLOUT);
    const struct evidence *restarts = phrase_evidence(w, EVIDENCE_RESTARTS);
    const struct incident_causes causes = incident_causes(a, w);
    if (!rollout || !change_is_near(w, CHANGE_ROLLED, rollout->name)) {
        block_put(b, BLOCK_PLAIN, causes.changed);
    }
    if (restarts && !change_is_near(w, CHANGE_RESTARTED, NULL)) {
        struct str s;
        str_init(&s);
        words_add_evidence(&s, w, (size_t)(restarts - w->diagnosis->verdict.evidence));
        block_put(b, BLOCK_PLAIN, arena_take(a, &s));
    }
}

static void add_changed(struct block *b, struct arena *a, const struct words *w)
{
    const char *near[NAMED_MOST];
    size_t others, count = change_near(a, w, false, near, NAMED_MOST, &others);
    block_add(b, BLOCK_CHANGED);
    for (size_t i = 0; i < count; i++) {
        block_put(b, BLOCK_PLAIN, near[i]);
    }
    if (others > 0) {
        block_put(b, BLOCK_ASIDE,
            arena_printf(a, text_count("and %zu more", "and %zu more", (double)others), others));
    }
    put_evidence(b, a, w);
    b->count -= b->lines[b->count - 1].count == 0;
}

static void add_incident(struct block *b, struct arena *a, const struct words *w)
{
    const char *also = incident_others(a, w);
    struct str rest;
    str_init(&rest);
    told_add_block(b, a, w);
    add_ruled_out(b, a, w);
    add_changed(b, a, w);
    if (also) {
        block_add(b, BLOCK_ALSO);
        block_put(b, BLOCK_PLAIN, also);
    }
    summary_add_beside(&rest, a, w);
    summary_add_how_judged(&rest, a, w);
    add_sentences(b, a, &rest);
}

// --- all else

static const char *requests_lately(struct arena *a, const struct words *w, const char *requests)
{
    // TRANSLATORS: "4,862 requests in the last 5 min"
    return arena_printf(a, _("%s %s"), requests, phrase_lately(a, w));
}

static void add_calm(struct block *b, struct arena *a, const struct words *w)
{
    struct calm_said said;
    struct str rest;
    str_init(&rest);
    bool enough = summary_calm_said(&said, a, w);
    b->badge = w->diagnosis->verdict.severity == SEVERITY_OK ? enough ? _("OK") : _("QUIET")
               : enough ? _("INCOMPLETE")
                                                             : _("TOO FEW");
    if (enough) {
        block_put(b, BLOCK_PLACE, said.normal);
        block_put(b, BLOCK_ASIDE, said.requests ? requests_lately(a, w, said.requests) : NULL);
        summary_add_calm_rest(&rest, a, w);
    } else {
        summary_add_calm(&rest, a, w);
        block_put(b, BLOCK_PLAIN, arena_take(a, &rest));
        str_init(&rest);
    }
    summary_add_beside_calm(&rest, a, w);
    summary_add_how_judged(&rest, a, w);
    add_sentences(b, a, &rest);
}

// What has no parts is said in its sentences, without the LEAD that repeats the badge.
static void add_said(
    struct block *b, struct arena *a, const struct words *w, const char *badge, const char *lead)
{
    struct str s;
    str_init(&s);
    words_add_summary(&s, w);
    const char *said = arena_take(a, &s);
    size_t len = strlen(lead);
    b->badge = badge;
    block_put(b, BLOCK_PLAIN,
        len > 0 && strncmp(said, lead, len) == 0
            ? clause_begin(a, said + len + strspn(said + len, " "))
            : said);
}

void block_of(struct block *out, struct arena *a, const struct words *w)
{
    *out = (struct block){.count = 0};
    block_add(out, BLOCK_HEAD);
    switch (w->diagnosis->verdict.condition) {
    case VERDICT_INCIDENT: add_incident(out, a, w); break;
    case VERDICT_OK: add_calm(out, a, w); break;
    case VERDICT_ASKING: add_said(out, a, w, NULL, ""); break;
    // TRANSLATORS: how the sentences about that begin, which the word before them says already
    case VERDICT_NO_TRAFFIC: add_said(out, a, w, _("NO TRAFFIC"), _("No traffic:")); break;
    case VERDICT_NO_DATA: add_said(out, a, w, _("NO DATA"), _("No data:")); break;
    case VERDICT_NO_BASELINE: add_said(out, a, w, _("NO BASELINE"), ""); break;
    case VERDICT_UNREACHABLE: add_said(out, a, w, _("UNREACHABLE"), ""); break;
    }
}
