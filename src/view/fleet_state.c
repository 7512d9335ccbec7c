#include "view/fleet_state.h"

#include <math.h>

#include "base/clock.h"
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
        return (struct view_text){"ok", ROLE_OK};
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
    bool lost = source->reach == REACH_LOST;
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
    if (source->answered_ms && store_newest_ms(w->store) > 0) {
        // while all goes well the text stands still, so that a quiet screen sends nothing
        bool late = fleet_is_late(w, now_ms);
        str_add(s, in_full ? "data " : "");
        str_add(s, late ? "" : "< ");
        clock_add_age(s, late ? now_ms - source->answered_ms : w->plan->refresh_ms);
        str_add(s, " old");
    } else {
        bool asks =
            source->reach == REACH_ASKING || (source->reach == REACH_OK && !w->store->complete);
        str_add(s, asks ? "asking …" : in_full ? "no data yet" : "no data");
    }
}

// --- in words

static void add_culprit(struct str *s, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (phrase_evidence(w, EVIDENCE_SHARED)) {
        str_add(s, "everything slow");
    } else if (v->tool >= 0) {
        str_addf(s, "tool %s", w->diagnosis->tools[v->tool].name);
    } else if (v->tools) {
        str_add(s, "tool calls");
    } else if (v->stage >= 0) {
        str_add(s, phrase_name(w, v->stage));
        if (v->second >= 0) {
            str_addf(s, ", %s", phrase_name(w, v->second));
        }
        if (v->pod) {
            str_addf(s, " on pod %s", v->pod);
        }
    }
}

static void add_lost(struct str *s, const struct words *w, int64_t now_ms)
{
    const struct source_state *source = &w->store->source;
    str_addf(s, "unreachable: %s", source->why);
    if (source->retry_ms > now_ms) {
        str_add(s, ", retry in ");
        clock_add_age(s, source->retry_ms - now_ms + 999);
    }
    if (w->diagnosis->verdict.signal != CLASS_NONE) {
        str_add(s, "; before: ");
        add_culprit(s, w);
    }
}

void fleet_add_state(struct str *s, const struct words *w, int64_t now_ms)
{
    const struct verdict *v = &w->diagnosis->verdict;
    switch (v->condition) {
    case VERDICT_ASKING: str_add(s, "asking …"); break;
    case VERDICT_OK:
        str_add(s, v->severity == SEVERITY_OK ? "normal"
                   : words_blind(w) > 0       ? "errors are not known"
                                              : "too few requests");
        break;
    case VERDICT_INCIDENT:
        str_add(s, v->severity == SEVERITY_CRITICAL ? "critical: " : "warning: ");
        add_culprit(s, w);
        break;
    case VERDICT_NO_TRAFFIC: str_add(s, "no traffic"); break;
    case VERDICT_NO_DATA: str_add(s, "no data"); break;
    case VERDICT_NO_BASELINE: str_add(s, "nothing to compare with"); break;
    case VERDICT_UNREACHABLE: add_lost(s, w, now_ms); break;
    }
}

void fleet_add_brief(struct str *s, const struct view_source *source)
{
    const struct words *w = &source->words;
    const struct verdict *v = &w->diagnosis->verdict;
    if (source->name) {
        str_addf(s, "%s: ", source->name);
    }
    switch (v->condition) {
    case VERDICT_ASKING: str_add(s, "asking …"); break;
    case VERDICT_OK: str_add(s, v->severity == SEVERITY_OK ? "all normal" : "not known"); break;
    case VERDICT_INCIDENT:
        add_culprit(s, w);
        str_add(s, v->severity == SEVERITY_CRITICAL ? " critical" : " warning");
        break;
    case VERDICT_NO_TRAFFIC: str_add(s, "no traffic"); break;
    case VERDICT_NO_DATA: str_add(s, "no data"); break;
    case VERDICT_NO_BASELINE: str_add(s, "nothing to compare with"); break;
    case VERDICT_UNREACHABLE: str_add(s, "unreachable"); break;
    }
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

static const char *unknown(const struct words *w)
{
    switch (w->diagnosis->verdict.condition) {
    case VERDICT_UNREACHABLE: return "unreachable";
    case VERDICT_NO_TRAFFIC: return "without traffic";
    case VERDICT_NO_DATA: return "without data";
    case VERDICT_NO_BASELINE:
    case VERDICT_ASKING:
    case VERDICT_OK:
    case VERDICT_INCIDENT: break;
    }
    return "unknown";
}

static void add_others(struct str *s, const struct view_source *sources, size_t count, int at)
{
    static const char *const words[KIND_KINDS] = {
        "critical", "a warning", "unknown", "asking", "normal"};
    int counts[KIND_KINDS] = {0}, last[KIND_KINDS] = {0}, kinds = 0;
    for (size_t i = 0; i < count; i++) {
        enum kind kind = kind_of(&sources[i].words);
        if ((int)i != at) {
            kinds += counts[kind]++ == 0;
            last[kind] = (int)i;
        }
    }
    if (kinds == 1 && count > 2) {
        for (int k = 0; k < KIND_KINDS; k++) {
            if (counts[k] > 0) {
                str_addf(s, " The %d others: %s%s.", counts[k], k == KIND_WARNING ? "" : "all ",
                    k == KIND_WARNING ? "warnings" : words[k]);
            }
        }
        return;
    }
    bool first = true;
    for (int k = 0; k < KIND_KINDS; k++) {
        if (counts[k] == 0) {
            continue;
        }
        str_add(s, first ? " Others: " : ", ");
        first = false;
        if (counts[k] == 1) { // one has a name
            const struct view_source *one = &sources[last[k]];
            str_addf(s, "%s %s", one->name, k == KIND_UNKNOWN ? unknown(&one->words) : words[k]);
        } else {
            str_addf(s, "%d %s", counts[k], k == KIND_WARNING ? "warnings" : words[k]);
        }
    }
    str_add(s, first ? "" : ".");
}

static void add_all_well(struct str *s, const struct view_source *sources, size_t count)
{
    double requests = 0;
    bool usual = true;
    for (size_t i = 0; i < count; i++) {
        const struct diagnosis *d = sources[i].words.diagnosis;
        usual = usual && !remark_any(&sources[i].words);
        double most = 0;
        for (size_t k = 0; k < d->stages_count; k++) {
            most = fmax(most, d->stages[k].requests);
        }
        requests += most;
    }
    str_addf(s,
        usual ? "All is as usual at all %zu sources"
              : "Nothing is slow or failing at any of the %zu sources",
        count);
    if (requests >= 0.5) {
        str_addf(s, ", judged from %.0f %s", requests, str_plural(requests, "request", "requests"));
    }
    str_add(s, ".");
}

void fleet_add_summary(struct str *s, const struct view_source *sources, size_t count, int at)
{
    const struct view_source *one = &sources[at];
    bool all_well = true, all_asked = true;
    for (size_t i = 0; i < count; i++) {
        all_well = all_well && kind_of(&sources[i].words) == KIND_NORMAL;
        all_asked = all_asked && kind_of(&sources[i].words) == KIND_ASKED;
    }
    if (count > 1 && (all_well || all_asked)) {
        if (all_well) {
            add_all_well(s, sources, count);
        } else {
            str_addf(s, "Asking %zu sources …", count);
        }
        return;
    }
    if (one->name) {
        str_addf(s, "%s: ", one->name);
    }
    words_add_summary(s, &one->words);
    if (count > 1) {
        add_others(s, sources, count, at);
    }
}
