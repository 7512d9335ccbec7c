#include "words/missing.h"

#include <string.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "words/phrase.h"
#include "words/remark.h"

enum { NAMED_MOST = 3 };

static const struct stage_gone *gone_of(const struct words *w, int stage)
{
    return &phrase_stage(w, stage)->gone;
}

// `2 of 4 targets of job "rag" have`, `the only target of job "rag" has`
static void add_targets(struct str *s, const struct stage_gone *gone)
{
    if (gone->listed < 2) {
        str_addf(s, "the only target of job \"%s\" has", gone->job);
    } else if (gone->down >= gone->listed) {
        str_addf(s, "all %.0f targets of job \"%s\" have", gone->listed, gone->job);
    } else {
        str_addf(s, "%.0f of %.0f targets of job \"%s\" %s", gone->down, gone->listed, gone->job,
            str_plural(gone->down, "has", "have"));
    }
}

static void add_pods(struct str *s, const struct stage_gone *gone)
{
    double lack = gone->desired - gone->available;
    if (gone->desired < 2) {
        str_addf(s, "the only pod of %s has", gone->workload);
    } else if (gone->available < 1) {
        str_addf(s, "all %.0f pods of %s have", gone->desired, gone->workload);
    } else {
        str_addf(s, "%.0f of %.0f pods of %s %s", lack, gone->desired, gone->workload,
            str_plural(lack, "has", "have"));
    }
}

void missing_add(struct str *s, const struct words *w, int stage)
{
    const struct stage_gone *gone = gone_of(w, stage);
    if (gone->job) {
        add_targets(s, gone);
        str_add(s, " not answered");
        phrase_add_onset(s, w, " ", gone->onset);
        str_add(s, " (up = 0)");
    } else {
        add_pods(s, gone);
        str_add(s, " been unavailable");
        phrase_add_onset(s, w, " ", gone->onset);
    }
}

static bool is_shared(const struct stage_gone *a, const struct stage_gone *b)
{
    return a->job ? a->job == b->job : !b->job && a->workload == b->workload;
}

// `retrieval and 3 other stages`
static void add_served(struct str *s, const struct words *w, int stage)
{
    int others = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        others += i != stage && is_shared(gone_of(w, stage), gone_of(w, i));
    }
    str_add(s, phrase_name(w, stage));
    if (others > 0) {
        str_addf(s, " and %d other %s", others, str_plural(others, "stage", "stages"));
    }
}

// What of all else is as usual, as far as that is measured.
static void add_rest(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool usual = d->verdict.also_count == 0 && !remark_any(w);
    size_t counted = 0;
    for (size_t i = 0; i < d->stages_count && usual; i++) {
        const struct stage_diagnosis *its = &d->stages[i];
        bool has_errors = w->plan->stages[i].errors_signal >= 0;
        counted += has_errors;
        usual = its->latency.state == STATE_OK && its->latency.severity == SEVERITY_OK &&
                !(has_errors && its->errors.severity != SEVERITY_OK);
    }
    if (!usual) {
        return;
    }
    if (counted == d->stages_count) {
        str_add(s, " Latency and errors are as usual.");
    } else {
        str_add(s, " Latency is as usual");
        str_addf(s, counted > 0 ? ", and so are the errors of %zu %s." : ".", counted,
            str_plural((double)counted, "stage", "stages"));
    }
}

void missing_add_summary(struct str *s, const struct words *w, int stage)
{
    const struct stage_gone *gone = gone_of(w, stage);
    size_t at = s->len;
    missing_add(s, w, stage);
    s->text[at] = ascii_upper(s->text[at]);
    if (gone->job) {
        str_addf(s, ": %s of ", gone->all ? "the pods" : "some pods");
        add_served(s, w, stage);
        str_add(s, " are down or cannot be reached.");
    } else {
        str_addf(s, ": %s ", str_plural(gone->desired, "it serves", "they serve"));
        add_served(s, w, stage);
        str_add(s, ".");
    }
    add_rest(s, w);
}

void missing_add_reason(struct str *s, const struct words *w, int stage)
{
    const struct stage_gone *gone = gone_of(w, stage);
    if (gone->job && gone->listed == 1) {
        str_add(s, "its only target is down");
    } else if (gone->job) {
        str_addf(s, "%.0f of %.0f targets down", gone->down, gone->listed);
    } else if (gone->workload) {
        str_addf(s, "%.0f of %.0f %s unavailable", gone->desired - gone->available, gone->desired,
            str_plural(gone->desired, "pod", "pods"));
    }
}

void missing_add_why(struct str *s, const struct words *w, int stage)
{
    const struct stage_gone *gone = gone_of(w, stage);
    if (gone->all && gone->listed < 2) {
        str_addf(s, ": the target of job \"%s\" does not answer (up = 0)", gone->job);
    } else if (gone->all) {
        str_addf(s, ": none of the %.0f targets of job \"%s\" answers (up = 0)", gone->listed,
            gone->job);
    } else if (gone->unlisted) {
        str_add(s, ": Prometheus no longer lists any target of its job");
    }
}

// ---- stages without data -----------------------------------------------------------------------

void missing_add_no_data(struct str *s, const struct words *w, int stage, int count)
{
    bool had = phrase_stage(w, stage)->last_ms > 0;
    str_addf(s, " %s%s no data", str_plural(count, "has", "have"), had ? " had" : "");
    phrase_add_last(s, w, stage);
}

/** Stages of which the same is said, in one sentence. */
struct alike {
    const char *names[NAMED_MOST];
    int count;
};

static void add_names(struct str *s, const struct alike *a)
{
    str_add(s, s->len > 0 ? " " : "");
    phrase_add_name_at_start(s, a->names[0]);
    for (int i = 1; i < a->count; i++) {
        str_addf(s, "%s%s", i + 1 == a->count ? " and " : ", ", a->names[i]);
    }
}

static void add_others(struct str *s, int others)
{
    if (others > 0) {
        str_addf(s, " Nor %s %d %s.", str_plural(others, "has", "have"), others,
            str_plural(others, "other", "others"));
    }
}

void missing_add_never_there(struct str *s, const struct words *w)
{
    struct alike a = {.count = 0};
    int all = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = phrase_stage(w, i);
        bool was_there = d->last_ms > 0 || d->latency.usual.points > 0;
        bool never = d->latency.state == STATE_NO_DATA && !was_there;
        if (never && !plan_is_absent(w->plan, (size_t)i) && all++ < NAMED_MOST) {
            a.names[a.count++] = phrase_name(w, i);
        }
    }
    if (a.count > 0) {
        add_names(s, &a);
        str_addf(s, " %s no data.", str_plural(a.count, "has", "have"));
    }
    add_others(s, all - a.count);
}

/** Sets *TAIL to what is said of E behind the names of COUNT stages. */
static void set_tail(struct str *tail, const struct words *w, const struct evidence *e, int count)
{
    str_clear(tail);
    missing_add_no_data(tail, w, e->stage, count);
    if (w->diagnosis->verdict.signal != CLASS_TARGETS) {
        missing_add_why(tail, w, e->stage);
    }
}

int missing_add_gone(struct str *s, const struct words *w)
{
    const struct evidence *gone[NAMED_MOST];
    const struct verdict *v = &w->diagnosis->verdict;
    int all = 0, named = 0;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == EVIDENCE_NO_DATA && all++ < NAMED_MOST) {
            gone[named++] = &v->evidence[i];
        }
    }
    struct str tail, other;
    str_init(&tail);
    str_init(&other);
    for (int i = 0; i < named; i++) {
        if (!gone[i]) {
            continue;
        }
        struct alike a = {.names = {phrase_name(w, gone[i]->stage)}, .count = 1};
        set_tail(&tail, w, gone[i], 1);
        for (int k = i + 1; k < named; k++) {
            if (!gone[k]) {
                continue;
            }
            set_tail(&other, w, gone[k], 1);
            if (strcmp(tail.text, other.text) == 0) {
                a.names[a.count++] = phrase_name(w, gone[k]->stage);
                gone[k] = NULL;
            }
        }
        set_tail(&tail, w, gone[i], a.count);
        add_names(s, &a);
        str_addf(s, "%s.", tail.text);
    }
    add_others(s, all - named);
    str_finish(&other);
    str_finish(&tail);
    return all;
}
