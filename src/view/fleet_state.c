#include "view/fleet_state.h"

#include <math.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "diagnose/worst.h"
#include "view/cell.h"
#include "words/phrase.h"
#include "words/remark.h"

enum { FRESH_SLACK_MS = 3000 };

// --- how bad

int fleet_worst(const struct view_source *sources, size_t count)
{
    int worst = 0;
    for (size_t i = 1; i < count; i++) {
        const struct verdict *v = &sources[i].words.diagnosis->verdict;
        if (worst_verdict_rank(v) > worst_verdict_rank(&sources[worst].words.diagnosis->verdict)) {
            worst = (int)i;
        }
    }
    return worst;
}

int fleet_given(const struct view_source *sources, size_t count, int only)
{
    return only > 0 ? only - 1 : fleet_worst(sources, count);
}

struct view_text fleet_mark(const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->condition == VERDICT_ASKING) {
        return (struct view_text){"", ROLE_DIM};
    }
    if (v->condition == VERDICT_OK && v->severity == SEVERITY_OK) {
        return (struct view_text){"✓", ROLE_OK};
    }
    return cell_mark(v->severity);
}

// --- how old

bool fleet_is_late(const struct words *w, int64_t now_ms)
{
    int64_t answered_ms = w->store->source.answered_ms;
    return answered_ms && now_ms - answered_ms > w->plan->refresh_ms + FRESH_SLACK_MS;
}

bool fleet_is_stale(const struct words *w, int64_t now_ms)
{
    const struct source_state *source = &w->store->source;
    bool lost = source->health == HEALTH_LOST;
    int64_t age_ms = now_ms - source->answered_ms;
    bool old = fleet_is_late(w, now_ms) && age_ms > 3 * w->plan->refresh_ms + FRESH_SLACK_MS;
    return lost || (old && w->scope->at_ms <= 0);
}

void fleet_add_age(struct str *s, const struct words *w, int64_t now_ms, bool in_full)
{
    const struct source_state *source = &w->store->source;
    if (w->scope->at_ms > 0) {
        return; // the clock says which moment it is about
    }
    if (!source->answered_ms || store_newest_ms(w->store) <= 0) {
        bool asks =
            source->health == REACH_ASKING || (source->health == HEALTH_OK && !w->store->complete);
        str_add(s, asks ? _("asking …") : in_full ? _("no data yet") : _("no data"));
        return;
    }
    struct arena a = {0};
    // while all goes well the text stands still, so that a quiet screen sends nothing
    if (fleet_is_late(w, now_ms)) {
        str_addf(s, in_full ? _("data %s old") : _("%s old"),
            cell_age(&a, now_ms - source->answered_ms));
    } else {
        str_addf(
            s, in_full ? _("data < %s old") : _("< %s old"), cell_age(&a, w->plan->refresh_ms));
    }
    arena_finish(&a);
}

// --- in words

// `vector_db`, `memo, brain on pod rag-0`, `tool search`, `everything slow`.
static const char *culprit(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *shared = phrase_evidence(w, EVIDENCE_SHARED);
    if (shared) {
        const char *all =
            v->signal == CLASS_ERRORS ? _("everything failing") : _("everything slow");
        return shared->name ? shared->name : all;
    }
    if (v->tool >= 0) {
        return arena_printf(a, _("tool %s"), w->diagnosis->tools[v->tool].name);
    }
    if (v->tools || v->stage < 0) {
        return v->tools ? _("tool calls") : "";
    }
    const char *name = phrase_name(w, v->stage);
    if (v->second >= 0) {
        name = names_next(a, name, phrase_name(w, v->second));
    }
    return v->pod ? arena_printf(a, _("%s on pod %s"), name, v->pod) : name;
}

static void add_lost(struct str *s, struct arena *a, const struct words *w, int64_t now_ms)
{
    const struct source_state *source = &w->store->source;
    const char *text = arena_printf(a, _("unreachable: %s"), source->why);
    if (source->retry_ms > now_ms) {
        const char *wait = cell_age(a, source->retry_ms - now_ms + 999);
        text = arena_printf(a, _("%s, retry in %s"), text, wait);
    }
    if (w->diagnosis->verdict.signal != CLASS_NONE) {
        text = arena_printf(a, _("%s; before: %s"), text, culprit(a, w));
    }
    str_add(s, text);
}

void fleet_add_state(struct str *s, const struct words *w, int64_t now_ms)
{
    const struct verdict *v = &w->diagnosis->verdict;
    struct arena a = {0};
    switch (v->condition) {
    case VERDICT_ASKING: str_add(s, _("asking …")); break;
    case VERDICT_OK:
        str_add(s, v->severity == SEVERITY_OK ? _("normal")
                   : words_blind(w) > 0       ? _("errors unknown")
                                              : _("too few requests"));
        break;
    case VERDICT_INCIDENT:
        str_addf(s, v->severity == SEVERITY_CRITICAL ? _("critical: %s") : _("warning: %s"),
            culprit(&a, w));
        break;
    case VERDICT_NO_TRAFFIC: str_add(s, _("no traffic")); break;
    case VERDICT_NO_DATA: str_add(s, _("no data")); break;
    case VERDICT_NO_BASELINE: str_add(s, _("nothing to compare with")); break;
    case VERDICT_UNREACHABLE: add_lost(s, &a, w, now_ms); break;
    }
    arena_finish(&a);
}

static const char *brief(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    switch (v->condition) {
    case VERDICT_ASKING: return _("asking …");
    case VERDICT_OK: return v->severity == SEVERITY_OK ? _("all normal") : _("not known");
    case VERDICT_INCIDENT:
        return arena_printf(a,
            v->severity == SEVERITY_CRITICAL ? _("%s critical") : _("%s warning"), culprit(a, w));
    case VERDICT_NO_TRAFFIC: return _("no traffic");
    case VERDICT_NO_DATA: return _("no data");
    case VERDICT_NO_BASELINE: return _("nothing to compare with");
    case VERDICT_UNREACHABLE: break;
    }
    return _("unreachable");
}

void fleet_add_brief(struct str *s, const struct view_source *source)
{
    struct arena a = {0};
    const char *text = brief(&a, &source->words);
    if (source->name) {
        str_addf(s, _("%s: %s"), source->name, text);
    } else {
        str_add(s, text);
    }
    arena_finish(&a);
}

/** How the others fare; the order is that of the words. */
enum kind { KIND_CRITICAL, KIND_WARNING, KIND_UNKNOWN, KIND_ASKED, KIND_NORMAL, KIND_KINDS };

static enum kind kind_of(const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->condition == VERDICT_ASKING) {
        return KIND_ASKED;
    }
    switch (v->severity) {
    case SEVERITY_CRITICAL: return KIND_CRITICAL;
    case SEVERITY_WARNING: return KIND_WARNING;
    case SEVERITY_OK: return KIND_NORMAL;
    case SEVERITY_UNKNOWN: break;
    }
    return KIND_UNKNOWN;
}

/** How one of them fares, by its name. */
static const char *one_of(struct arena *a, enum kind kind, const struct view_source *one)
{
    switch (kind) {
    case KIND_CRITICAL: return arena_printf(a, _("%s critical"), one->name);
    case KIND_WARNING: return arena_printf(a, _("%s warning"), one->name);
    case KIND_ASKED: return arena_printf(a, _("%s asking"), one->name);
    case KIND_NORMAL: return arena_printf(a, _("%s normal"), one->name);
    case KIND_UNKNOWN:
    case KIND_KINDS: break;
    }
    switch (one->words.diagnosis->verdict.condition) {
    case VERDICT_UNREACHABLE: return arena_printf(a, _("%s unreachable"), one->name);
    case VERDICT_NO_TRAFFIC: return arena_printf(a, _("%s without traffic"), one->name);
    case VERDICT_NO_DATA: return arena_printf(a, _("%s without data"), one->name);
    case VERDICT_NO_BASELINE:
    case VERDICT_ASKING:
    case VERDICT_OK:
    case VERDICT_INCIDENT: break;
    }
    return arena_printf(a, _("%s unknown"), one->name);
}

/** How N of them fare. */
static const char *several_of(struct arena *a, enum kind kind, int n)
{
    const char *format = kind == KIND_CRITICAL  ? text_count("%d critical", "%d critical", n)
                         : kind == KIND_WARNING ? text_count("%d warning", "%d warnings", n)
                         : kind == KIND_ASKED   ? text_count("%d asking", "%d asking", n)
                         : kind == KIND_NORMAL  ? text_count("%d normal", "%d normal", n)
                                                : text_count("%d unknown", "%d unknown", n);
    return arena_printf(a, format, n);
}

/** How all N others fare. */
static const char *alike(struct arena *a, enum kind kind, int n)
{
    const char *format =
        kind == KIND_CRITICAL
            ? text_count("The %d other: critical.", "The %d others: all critical.", n)
        : kind == KIND_WARNING ? text_count("The %d other: warning.", "The %d others: warnings.", n)
        : kind == KIND_ASKED ? text_count("The %d other: asking.", "The %d others: all asking.", n)
        : kind == KIND_NORMAL
            ? text_count("The %d other: normal.", "The %d others: all normal.", n)
            : text_count("The %d other: unknown.", "The %d others: all unknown.", n);
    return arena_printf(a, format, n);
}

// NULL: there are no others.
static const char *others(struct arena *a, const struct view_source *sources, size_t count, int at)
{
    int counts[KIND_KINDS] = {0}, last[KIND_KINDS] = {0}, kinds = 0;
    for (size_t i = 0; i < count; i++) {
        enum kind kind = kind_of(&sources[i].words);
        if ((int)i != at) {
            kinds += counts[kind]++ == 0;
            last[kind] = (int)i;
        }
    }
    const char *list = NULL;
    for (int k = 0; k < KIND_KINDS; k++) {
        if (counts[k] == 0) {
            continue;
        }
        if (kinds == 1 && count > 2) {
            return alike(a, (enum kind)k, counts[k]);
        }
        const char *text = counts[k] == 1 ? one_of(a, (enum kind)k, &sources[last[k]])
                                          : several_of(a, (enum kind)k, counts[k]);
        list = names_next(a, list, text);
    }
    return list ? arena_printf(a, _("Others: %s."), list) : NULL;
}

// `all 3 sources normal`
static const char *all_normal(struct arena *a, size_t count, double requests)
{
    if (requests < 0.5) {
        return arena_printf(a, _("all %zu sources normal."), count);
    }
    return arena_printf(a,
        text_count("all %zu sources normal (%s request).", "all %zu sources normal (%s requests).",
            requests),
        count, cell_whole(a, (int64_t)round(requests)));
}

// Whether none of them has anything unusual that alarms nobody.
static bool all_usual(const struct view_source *sources, size_t count)
{
    bool usual = true;
    for (size_t i = 0; i < count; i++) {
        usual = usual && !remark_any(&sources[i].words);
    }
    return usual;
}

static const char *all_well(struct arena *a, const struct view_source *sources, size_t count)
{
    double requests = 0;
    for (size_t i = 0; i < count; i++) {
        const struct diagnosis *d = sources[i].words.diagnosis;
        double most = 0;
        for (size_t k = 0; k < d->stages_count; k++) {
            most = fmax(most, d->stages[k].requests);
        }
        requests += most;
    }
    if (all_usual(sources, count)) {
        return all_normal(a, count, requests);
    }
    if (requests < 0.5) {
        return arena_printf(a, _("Nothing is slow or failing at any of the %zu sources."), count);
    }
    return arena_printf(a,
        text_count("Nothing is slow or failing at any of the %zu sources (%s request).",
            "Nothing is slow or failing at any of the %zu sources (%s requests).", requests),
        count, cell_whole(a, (int64_t)round(requests)));
}

/** Whether all COUNT sources are well, and whether all are still asked. */
static bool all_are(enum kind kind, const struct view_source *sources, size_t count)
{
    bool are = count > 1;
    for (size_t i = 0; i < count; i++) {
        are = are && kind_of(&sources[i].words) == kind;
    }
    return are;
}

void fleet_add_summary(struct str *s, const struct view_source *sources, size_t count, int at)
{
    const struct view_source *one = &sources[at];
    struct arena a = {0};
    if (all_are(KIND_NORMAL, sources, count)) {
        const char *well = all_well(&a, sources, count);
        str_add(s, all_usual(sources, count) ? arena_printf(&a, _("OK: %s"), well) : well);
    } else if (all_are(KIND_ASKED, sources, count)) {
        str_addf(s, _("Asking %zu sources …"), count);
    } else {
        struct str own;
        str_init(&own);
        words_add_summary(&own, &one->words);
        const char *text = cell_settle(&a, &own);
        str_add(s, one->name ? arena_printf(&a, _("%s: %s"), one->name, text) : text);
        const char *rest = count > 1 ? others(&a, sources, count, at) : NULL;
        if (rest) {
            text_add_gap(s);
            str_add(s, rest);
        }
    }
    arena_finish(&a);
}

// The name stands before the place.
static void put_name(struct block *b, const char *name)
{
    struct block_line *head = &b->lines[0];
    size_t kept = head->count < BLOCK_PARTS_MAX ? head->count : BLOCK_PARTS_MAX - 1;
    memmove(head->parts + 1, head->parts, kept * sizeof *head->parts);
    head->parts[0] = (struct block_part){.text = name, .tone = BLOCK_ASIDE};
    head->count = kept + 1;
}

void fleet_build_block(
    struct block *out, struct arena *a, const struct view_source *sources, size_t count, int at)
{
    const struct view_source *one = &sources[at];
    bool well = all_are(KIND_NORMAL, sources, count), asked = all_are(KIND_ASKED, sources, count);
    if (!well && !asked) {
        block_of(out, a, &one->words);
        if (one->name) {
            put_name(out, one->name);
        }
        if (count > 1) {
            block_add(out, BLOCK_REST);
            block_put(out, BLOCK_PLAIN, others(a, sources, count, at));
        }
        return;
    }
    *out = (struct block){.badge = well ? _("OK") : NULL};
    block_add(out, BLOCK_HEAD);
    block_put(out, BLOCK_PLAIN,
        well ? all_well(a, sources, count) : arena_printf(a, _("Asking %zu sources …"), count));
}
