#include "cmd/oneshot.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/mem.h"
#include "base/text.h"
#include "pages/pages.h"
#include "view/fleet_state.h"

enum { SCRAPING_MS = 15 * 1000, RETRY_MS = 250 };

/** How long one source is waited for. */
struct patience {
    int64_t deadline_ms; /**< of the steady clock */
    bool scrapes;        /**< more was granted for that */
    bool lists;          /**< are asked for meanwhile */
    bool over;
};

static bool knows_lists(const struct store *s)
{
    bool knows = true;
    for (size_t i = 0; i < STORE_SLOTS; i++) {
        knows = knows && (s->slots[i].subject < 0 || s->slots[i].condition != CONDITION_ASKING);
    }
    return knows;
}

static bool settled(const struct watch *w)
{
    const struct store *s = &w->store;
    // nothing was ever answered: asking again and again would only make the reader wait
    bool hopeless =
        s->source.health == HEALTH_LOST && s->source.answered_ms == 0 && !poller_expects(w->poller);
    return hopeless || (s->complete && s->history_complete && knows_lists(s) &&
                           poller_page_complete(w->poller));
}

// What is known by then is shown, marked as what it is. A present that is known can be judged.
static void give_up(struct watch *w, int64_t after_ms)
{
    struct store *s = &w->store;
    if (poller_knows_present(w->poller)) {
        struct str note;
        str_init(&note);
        str_addf(&note, _("not everything was answered within %.0f s"), (double)after_ms / 1000);
        store_add_note(s, note.text);
        str_finish(&note);
        s->complete = s->history_complete = s->history_seen = true;
        return;
    }
    if (s->source.health != HEALTH_LOST) {
        s->source.health = HEALTH_LOST;
        snprintf(s->source.why, sizeof s->source.why, _("no complete answer within %.0f s"),
            (double)after_ms / 1000);
    }
}

static void add_lists(const struct watch *w, struct wants *out)
{
    watch_add_alerts(w, out);
    if (w->plan.stages_count > 0 && !w->store.source.scraped) {
        // what deviates needs them, and where its pods are: known by then, they cost no round trip
        wants_add(out, (struct want){FEED_CHANGES, 0, 0});
    }
    if (w->config->format == FORMAT_JSON) { // no other document tells of targets
        watch_add_targets(w, out);
    }
}

// As early as may be: what was asked for is forgotten when other stages are found.
static void want_lists(struct watch *w)
{
    struct wants wants = {0};
    add_lists(w, &wants);
    bool more = false;
    for (size_t i = 0; i < wants.count; i++) {
        more = more || w->store.slots[wants.items[i].kind].subject < 0;
    }
    if (more) {
        poller_want(w->poller, &wants);
    }
    wants_finish(&wants);
}

static void take_turn(struct watch *w, struct patience *p)
{
    if (p->lists) {
        want_lists(w);
    }
    watch_turn(w, clock_now_ms());
    if (poller_scrapes(w->poller) && !p->scrapes) { // rates need two scrapes, with time between
        p->scrapes = true;
        p->deadline_ms += SCRAPING_MS;
    }
    p->over = settled(w) || clock_steady_ms() >= p->deadline_ms;
}

// Until everything that was asked for is known, or the patience with those that are open ends.
static void poll_until_settled(struct oneshot *o, struct patience *patience)
{
    for (;;) {
        int64_t wait_ms = INT64_MAX;
        for (size_t i = 0; i < o->watches_count; i++) {
            struct watch *w = &o->watches[i];
            struct patience *p = &patience[i];
            if (!p->over) {
                take_turn(w, p);
            }
            if (!p->over) {
                int64_t left = p->deadline_ms - clock_steady_ms();
                int64_t due = watch_due_ms(w, clock_now_ms());
                due = due < RETRY_MS ? due : RETRY_MS;
                left = poller_needs_time(w->poller) && left > due ? due : left;
                wait_ms = left < wait_ms ? left : wait_ms;
            }
        }
        if (wait_ms == INT64_MAX) {
            return;
        }
        watch_wait(o->watches, o->watches_count, NULL, 0, (int)wait_ms);
    }
}

static void judge(struct oneshot *o, int64_t now_ms)
{
    for (size_t i = 0; i < o->watches_count; i++) {
        struct watch *w = &o->watches[i];
        watch_judge(w, &thresholds_default, watch_moment(w, now_ms));
    }
}

static void select_culprit(struct oneshot *o)
{
    const struct verdict *v = oneshot_verdict(o);
    if (v->tool >= 0) {
        o->state.selected = (struct row_id){.kind = ROW_TOOL, .index = v->tool};
    } else if (v->stage >= 0) {
        o->state.selected = (struct row_id){.index = v->stage};
        o->state.subject = v->stage;
    }
}

/** Has asked what explains what is wrong, and what PAGE wants, or a report where there is none;
 * returns how much that is. */
static size_t want(struct oneshot *o, enum page page, struct patience *patience)
{
    const struct page_entry *drawn = page < PAGE_COUNT ? page_entry(page) : NULL;
    size_t count = 0;
    for (size_t i = 0; i < o->watches_count; i++) {
        struct watch *w = &o->watches[i];
        struct wants wants = {0};
        watch_add_wants(w, &wants);
        if (drawn && drawn->wants && (int)i == o->state.selected.source) {
            drawn->wants(&o->state, &wants);
        } else if (!drawn) {
            add_lists(w, &wants);
        }
        watch_add_routing(w, &wants);
        patience[i] = (struct patience){
            .deadline_ms = clock_steady_ms() + w->config->source.timeout_ms, .over = true};
        if (wants.count > 0 && w->store.source.health == HEALTH_OK) {
            poller_want(w->poller, &wants);
            patience[i].over = false;
        }
        count += wants.count;
        wants_finish(&wants);
    }
    return count;
}

static void look_closer(struct oneshot *o, int64_t now_ms, enum page page)
{
    struct patience *patience = mem_zalloc(o->watches_count, sizeof *patience);
    size_t wanted = want(o, page, patience);
    poll_until_settled(o, patience);
    if (want(o, page, patience) > wanted) { // what fires, or who else tells of it, is known by now
        poll_until_settled(o, patience);
    }
    judge(o, now_ms);
    free(patience);
}

static bool start(struct oneshot *o, const struct config *config, int64_t now_ms, struct str *why)
{
    *o = (struct oneshot){
        .watches_count = config_sources(config), .state = {.read_only = config->read_only}};
    o->watches = mem_zalloc(o->watches_count, sizeof *o->watches);
    for (size_t i = 0; i < o->watches_count; i++) {
        struct watch *w = &o->watches[i];
        if (!watch_start(w, i > 0 ? o->watches : NULL, config, i, why)) {
            return false;
        }
        w->trace.patient = true;
        poller_hold(w->poller, now_ms); // one moment is judged
        if (why->len > 0) {
            store_add_note(&w->store, why->text);
            str_clear(why);
        }
    }
    return true;
}

static void stop(struct oneshot *o)
{
    struct str why;
    str_init(&why);
    if (watch_log_failed(o->watches, o->watches_count, &why)) {
        oneshot_say(_("warning: %s"), why.text);
    }
    str_finish(&why);
    for (size_t i = 0; i < o->watches_count; i++) {
        watch_stop(&o->watches[i]);
        o->watches[i].store.source.retry_ms = 0;
        o->watches[i].store.ended = true;
    }
}

static void poll(struct oneshot *o, bool lists)
{
    struct patience *patience = mem_zalloc(o->watches_count, sizeof *patience);
    for (size_t i = 0; i < o->watches_count; i++) {
        int64_t timeout_ms = o->watches[i].config->source.timeout_ms;
        patience[i].deadline_ms = clock_steady_ms() + 3 * timeout_ms;
        patience[i].lists = lists;
    }
    poll_until_settled(o, patience);
    for (size_t i = 0; i < o->watches_count; i++) {
        struct watch *w = &o->watches[i];
        if (!settled(w)) {
            give_up(w, 3 * w->config->source.timeout_ms);
        }
    }
    free(patience);
}

bool oneshot_run(struct oneshot *out, const struct config *config, enum page page, struct str *why)
{
    int64_t now = clock_now_ms();
    bool good = start(out, config, now, why);
    if (good) {
        poll(out, page == PAGE_COUNT);
        judge(out, now);
        out->state.page = page < PAGE_COUNT ? page : PAGE_INCIDENT;
        select_culprit(out);
        look_closer(out, now, page);
        select_culprit(out);
    }
    stop(out);
    return good;
}

bool oneshot_run_with(struct oneshot *out, const struct config *config,
    void (*more)(struct watch *w, void *context), void *context, struct str *why)
{
    int64_t now = clock_now_ms();
    bool good = start(out, config, now, why);
    if (good) {
        struct scope scope = out->watches[0].scope;
        scope.keeps_window = true;
        watch_look_at(&out->watches[0], &scope, now);
        poller_plan_only(out->watches[0].poller);
        poll(out, false);
        if (more && out->watches[0].store.source.health != HEALTH_LOST) {
            more(&out->watches[0], context);
        }
    }
    stop(out);
    return good;
}

bool oneshot_run_judged(struct oneshot *out, const struct config *config,
    void (*more)(struct watch *w, void *context), void *context, struct str *why)
{
    int64_t now = clock_now_ms();
    bool good = start(out, config, now, why);
    if (good) {
        poll(out, false);
        judge(out, now);
        if (out->watches[0].store.source.health != HEALTH_LOST) {
            more(&out->watches[0], context);
        }
    }
    stop(out);
    return good;
}

bool oneshot_wait(struct watch *w, bool (*done)(const void *context), const void *context)
{
    int64_t deadline_ms = clock_steady_ms() + 3 * w->config->source.timeout_ms;
    while (!done(context)) {
        int64_t left = deadline_ms - clock_steady_ms();
        if (left <= 0) {
            return false;
        }
        int64_t due = watch_due_ms(w, clock_now_ms());
        due = due < RETRY_MS ? due : RETRY_MS;
        watch_wait(w, 1, NULL, 0, (int)(due < left ? due : left));
        watch_turn(w, clock_now_ms());
    }
    return true;
}

bool oneshot_poll(
    struct oneshot *out, const struct config *config, int64_t reach_ms, struct str *why)
{
    int64_t now = clock_now_ms();
    bool good = start(out, config, now, why);
    if (good) {
        for (size_t i = 0; i < out->watches_count; i++) {
            struct scope scope = out->watches[i].scope;
            scope.keeps_window = true; // the file is for any hour of the day
            scope.baseline = BASELINE_PINNED;
            scope.pin_ms = scope.at_ms > 0 ? scope.at_ms : now;
            scope.pin_reach_ms = reach_ms;
            watch_look_at(&out->watches[i], &scope, now);
        }
        poll(out, false);
    }
    stop(out);
    return good;
}

void oneshot_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str s;
    str_init(&s);
    str_vaddf(&s, format, args);
    fprintf(stderr, "ragtop: %s\n", s.text);
    str_finish(&s);
    va_end(args);
}

struct report oneshot_report(struct oneshot *o)
{
    if (!o->sources) {
        o->sources = arena_alloc(&o->arena, o->watches_count, sizeof *o->sources);
        watch_views(o->watches, o->watches_count, o->sources);
    }
    const struct config *config = o->watches[0].config;
    return (struct report){o->sources, o->watches_count, fleet_worst(o->sources, o->watches_count),
        config->warnings, config->warnings_count};
}

const struct verdict *oneshot_verdict(struct oneshot *o)
{
    return &o->watches[oneshot_report(o).worst].diagnosis.verdict;
}

void oneshot_view(struct oneshot *o, int columns, int rows)
{
    const struct report r = oneshot_report(o);
    int64_t at_ms = o->watches[0].scope.at_ms;
    o->state.selected.source = r.worst;
    const struct view_input input = {.words = r.sources[r.worst].words,
        .sources = r.sources,
        .sources_count = r.count,
        .at = r.worst,
        .state = &o->state,
        .now_ms = at_ms > 0 ? at_ms : clock_now_ms(),
        .columns = columns,
        .rows = rows,
        .warnings = r.warnings,
        .warnings_count = r.warnings_count,
        .bindings = o->bindings};
    view_build(&o->view, &o->arena, &input);
}

int oneshot_width(void)
{
    struct winsize size;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        return size.ws_col;
    }
    return 0;
}

bool oneshot_print(const struct str *document, const char *refusal)
{
    bool good =
        fwrite(document->text, 1, document->len, stdout) == document->len && fflush(stdout) == 0;
    if (!good) {
        struct str reason;
        str_init(&reason);
        disk_add_error(&reason, errno);
        oneshot_say(_(refusal), reason.text);
        str_finish(&reason);
    }
    return good;
}

void oneshot_finish(struct oneshot *o)
{
    arena_finish(&o->arena);
    for (size_t i = 0; i < o->watches_count; i++) {
        watch_finish(&o->watches[i]);
    }
    free(o->watches);
    *o = (struct oneshot){0};
}
