#include "pages/jobs_pane.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "base/utf8.h"
#include "plan/served.h"
#include "series/scrape_pool.h"
#include "view/cell.h"
#include "view/page.h"
#include "view/things.h"
#include "words/format.h"

enum { JOBS_MOST = 200, PARTS_MOST = 8, LINES_LEAST = 3, STAGES_MOST = 16 };

/** The targets of one job. */
struct job {
    const char *name, *pool, *error; /**< the last error of the first that is down; "": none */
    int64_t up, down, unknown;
    double interval_s, dropped; /**< NaN: not known */
    bool serves;                /**< stages */
};

/** What is shown, as it is collected. */
struct jobs {
    struct job items[JOBS_MOST];
    size_t count, more;
};

const char *jobs_stages(struct arena *a, const struct view_input *in, const char *job)
{
    const struct plan *p = in->words.plan;
    const char *names[STAGES_MOST + 1] = {NULL};
    size_t count = 0, others = 0;
    int room = in->columns / 2;
    for (int i = -1; (i = served_next(p, in->words.store, job, i)) >= 0;) {
        const char *name = p->stages[i].name;
        bool fits = count == 0 || (others == 0 && count < STAGES_MOST && utf8_width(name) < room);
        if (fits) {
            names[count++] = name;
            room -= utf8_width(name);
        } else {
            others++;
        }
    }
    return names_some(a, names, NAMES_AND, others);
}

const char *jobs_error(struct arena *a, const char *error)
{
    static const char *const known[][2] = {{"connection refused", N_("connection refused")},
        {"no such host", N_("no such host")}, {"context deadline exceeded", N_("timed out")},
        {"i/o timeout", N_("timed out")}, {"no route to host", N_("no route to host")}};
    static const char status[] = "server returned HTTP status ";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strstr(error, known[i][0])) {
            return _(known[i][1]);
        }
    }
    const char *http = strstr(error, status), *url = strstr(error, "\"http");
    const char *end = url ? strstr(url, "\": ") : NULL; // the row has the URL already
    return http  ? arena_printf(a, "HTTP %s", http + sizeof status - 1)
           : end ? arena_strdup(a, end + 3)
                 : arena_strdup(a, error);
}

static struct job *job_of(struct jobs *jobs, const struct view_input *in, const char *name)
{
    for (size_t i = 0; i < jobs->count; i++) {
        if (strcmp(jobs->items[i].name, name) == 0) {
            return &jobs->items[i];
        }
    }
    if (jobs->count == JOBS_MOST) {
        jobs->more++;
        return NULL;
    }
    jobs->items[jobs->count] = (struct job){.name = name,
        .pool = "",
        .error = "",
        .interval_s = NAN,
        .dropped = NAN,
        .serves = served_next(in->words.plan, in->words.store, name, -1) >= 0};
    return &jobs->items[jobs->count++];
}

static void take(struct job *job, const struct list *targets, size_t i)
{
    const char *health = list_text(targets, i, "health"), *error = list_text(targets, i, "error");
    // VictoriaMetrics says of a target that it never scraped that it is down
    bool scraped = !isnan(list_number(targets, i, "scraped_ms"));
    bool down = scraped && strcmp(health, "down") == 0, up = scraped && strcmp(health, "up") == 0;
    job->error = down && job->down == 0 ? error : job->error;
    job->up += up;
    job->down += down;
    job->unknown += !up && !down;
    job->pool = list_text(targets, i, "pool");
    job->interval_s = fmax(job->interval_s, list_number(targets, i, "interval_s"));
}

static int by_trouble(const void *a, const void *b)
{
    const struct job *ja = a, *jb = b;
    int order = (ja->down < jb->down) - (ja->down > jb->down);
    order = order ? order : (ja->unknown < jb->unknown) - (ja->unknown > jb->unknown);
    order = order ? order : (int)jb->serves - (int)ja->serves;
    return order ? order : strcmp(ja->name, jb->name);
}

static const char *counted(struct arena *a, int64_t count, const char *what)
{
    return count > 0 ? arena_printf(a, what, cell_whole(a, count)) : NULL;
}

// `2 up, 1 down, 12 dropped, every 15 s, serves retrieval, last error: connection refused`
static const char *line_of(struct arena *a, const struct view_input *in, const struct job *job)
{
    const char *parts[PARTS_MOST + 1] = {0};
    size_t n = 0;
    const char *all[PARTS_MOST] = {counted(a, job->up, _("%s up")),
        counted(a, job->down, _("%s down")), counted(a, job->unknown, _("%s unknown")),
        job->dropped > 0 ? counted(a, (int64_t)job->dropped, _("%s dropped")) : NULL,
        isnan(job->interval_s)
            ? NULL
            : arena_printf(a, _("every %s"), format_in(a, format_age, job->interval_s)),
        job->serves ? arena_printf(a, _("serves %s"), jobs_stages(a, in, job->name)) : NULL,
        *job->error ? arena_printf(a, _("last error: %s"), jobs_error(a, job->error)) : NULL};
    for (size_t i = 0; i < PARTS_MOST; i++) {
        if (all[i]) {
            parts[n++] = all[i];
        }
    }
    return names_in(a, parts, NAMES_COMMA);
}

// What usually is behind it is the same that `ragtop doctor` says.
static const char *why_empty(struct arena *a, const struct scrape_pool *pool, double dropped)
{
    if (dropped > 0 && pool->kind) {
        return arena_printf(a,
            text_count("selects nothing: %s target found and dropped, so the labels of the Service "
                       "or the name of its port differ",
                "selects nothing: %s targets found and all dropped, so the labels of the Service "
                "or "
                "the name of its port differ",
                dropped),
            cell_whole(a, (int64_t)dropped));
    }
    return dropped > 0
               ? arena_printf(a,
                     text_count("selects nothing: %s target found, and dropped by relabelling",
                         "selects nothing: %s targets found, all dropped by relabelling", dropped),
                     cell_whole(a, (int64_t)dropped))
           : isnan(dropped) || !pool->kind ? _("has no targets")
                                           : _("selects nothing: no targets found, so its "
                                               "namespace or Prometheus' rights there "
                                               "may be wrong");
}

static struct view_entry entry_of_pool(
    struct arena *a, const char *name, const struct list *dropped)
{
    struct scrape_pool pool = scrape_pool_read(a, name);
    bool usual = scrape_pool_is_of_control_plane(&pool);
    const char *key =
        pool.kind ? arena_printf(a, "%s %s/%s", pool.kind, pool.namespace, pool.name) : name;
    const char *why = why_empty(a, &pool, scrape_pool_dropped(dropped, name));
    return (struct view_entry){
        .text = {arena_printf(a, _("%s: %s"), key, why), usual ? ROLE_DIM : ROLE_WARNING},
        .wrap = true};
}

static const struct list *known(const struct view_input *in, enum feed_kind feed)
{
    const struct slot *slot = &in->words.store->slots[feed];
    return slot->condition == CONDITION_ANSWERED ? slot->data : NULL;
}

static void collect(struct jobs *jobs, const struct view_input *in, const struct list *targets)
{
    const struct list *dropped = known(in, FEED_DROPPED);
    for (size_t i = 0; i < targets->count; i++) {
        struct job *job = job_of(jobs, in, list_text(targets, i, "job"));
        if (job) {
            take(job, targets, i);
        }
    }
    for (size_t i = 0; i < jobs->count; i++) {
        jobs->items[i].dropped = scrape_pool_dropped(dropped, jobs->items[i].pool);
    }
    if (jobs->count > 1) {
        qsort(jobs->items, jobs->count, sizeof *jobs->items, by_trouble);
    }
}

static size_t add_pools(struct arena *a, const struct view_input *in, const struct list *targets,
    struct view_entry *out)
{
    const struct list *pools = known(in, FEED_POOLS), *dropped = known(in, FEED_DROPPED);
    size_t count = 0;
    for (size_t i = 0; pools && i < pools->count; i++) {
        const char *name = list_text(pools, i, "pool");
        if (scrape_pool_is_empty(targets, name)) {
            out[count++] = entry_of_pool(a, name, dropped);
        }
    }
    return count;
}

void jobs_add(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct list *targets = known(in, FEED_TARGETS), *pools = known(in, FEED_POOLS);
    if (!targets || targets->count == 0) {
        return;
    }
    struct jobs *jobs = arena_alloc(a, 1, sizeof *jobs);
    collect(jobs, in, targets);
    size_t most = jobs->count + (pools ? pools->count : 0) + 2, count = 0;
    struct view_entry *entries = arena_alloc(a, most, sizeof *entries);
    count += add_pools(a, in, targets, &entries[count]);
    for (size_t i = 0; i < jobs->count; i++) {
        const struct job *job = &jobs->items[i];
        const char *line = arena_printf(a, _("%s: %s"), job->name, line_of(a, in, job));
        enum role role = job->down > 0 ? ROLE_WARNING : ROLE_NORMAL;
        entries[count++] = (struct view_entry){.text = {line, role}, .wrap = true};
    }
    if (targets->left_out + jobs->more > 0) {
        const char *rest = arena_printf(a,
            text_count("Not counted here: %s other target.", "Not counted here: %s other targets.",
                (double)(targets->left_out + jobs->more)),
            cell_whole(a, (int64_t)(targets->left_out + jobs->more)));
        entries[count++] = (struct view_entry){.text = {rest, ROLE_DIM}, .wrap = true};
    }
    int lines = 0;
    for (size_t i = 0; i < count; i++) {
        lines += view_entry_lines(&entries[i], in->columns);
    }
    lines++; // of the title
    page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                    .title = _("jobs"),
                    .entries = entries,
                    .count = count,
                    .can_focus = true,
                    .id = {.index = -1},
                    .wish = {.least = LINES_LEAST, .lines = lines, .keep = lines, .rank = 2}});
}
