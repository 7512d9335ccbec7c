// What is scraped: whether it answers, in time, and often enough.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/mem.h"
#include "base/text.h"
#include "doctor/look.h"
#include "words/format.h"

static const double SLOW = 0.8;            // of the time-out: the next busy moment is too much
static const double SCRAPES_IN_WINDOW = 4; // as Grafana's $__rate_interval
static const double LOOKBACK_S = 300;      // how long a sample is seen, by default
static const double OFTEN_S = 5;           // so often, or more, is of no use

/** The targets of one job. */
struct job {
    const char *name, *error, *instance; /**< the last two are of the first that is down */
    size_t count, down;
    double interval_s, took_s, timeout_s; /**< of the slowest one, NaN: not told */
    const char *slowest;
};

struct jobs {
    struct job *items; /**< owned */
    size_t count, cap;
};

static struct job *job_of(struct jobs *jobs, const char *name)
{
    for (size_t i = 0; i < jobs->count; i++) {
        if (strcmp(jobs->items[i].name, name) == 0) {
            return &jobs->items[i];
        }
    }
    mem_grow(&jobs->items, jobs->count, &jobs->cap);
    jobs->items[jobs->count] =
        (struct job){.name = name, .error = "", .interval_s = NAN, .took_s = NAN, .timeout_s = NAN};
    return &jobs->items[jobs->count++];
}

static void take(struct job *job, const struct list *targets, size_t i)
{
    double took = list_number(targets, i, "took_s"), timeout = list_number(targets, i, "timeout_s");
    job->count++;
    // VictoriaMetrics calls what it never scraped down
    bool scraped = !isnan(list_number(targets, i, "scraped_ms"));
    if (scraped && strcmp(list_text(targets, i, "health"), "down") == 0) {
        job->error = job->down == 0 ? list_text(targets, i, "error") : job->error;
        job->instance = job->down == 0 ? list_text(targets, i, "instance") : job->instance;
        job->down++;
    } else if (timeout > 0 &&
               (isnan(job->took_s) || took / timeout > job->took_s / job->timeout_s)) {
        job->took_s = took;
        job->timeout_s = timeout;
        job->slowest = list_text(targets, i, "instance");
    }
    job->interval_s = fmax(job->interval_s, list_number(targets, i, "interval_s"));
}

/** All jobs, to be freed by the caller; empty where the targets are not known. */
static struct jobs jobs_in(struct doctor *d)
{
    struct jobs jobs = {0};
    const struct list *targets = look_targets(d);
    for (size_t i = 0; targets && i < targets->count; i++) {
        take(job_of(&jobs, list_text(targets, i, "job")), targets, i);
    }
    return jobs;
}

// ---- down

/** What usually is behind the error of a scrape. */
static const struct {
    const char *part, *fix;
} causes[] = {
    {"connection refused", N_("Nothing listens there: compare the port with the one that the "
                              "service opens, and see whether it runs.")},
    {"no such host", N_("The name does not resolve: the target is gone, or its address is "
                        "mistyped.")},
    {"context deadline exceeded", N_("It takes longer than the scrape time-out: look at its load, "
                                     "at network policies, or raise the time-out.")},
    {"i/o timeout", N_("Nothing answers: a network policy or a firewall drops it, or the address "
                       "is wrong.")},
    {"no route to host", N_("The network does not lead there: look at network policies and at the "
                            "address.")},
    {"HTTP status 401", N_("It wants credentials: give the scrape configuration basic_auth or a "
                           "bearer token.")},
    {"HTTP status 403", N_("It refuses these credentials: look at the rights of the service "
                           "account.")},
    {"HTTP status 404", N_("There is no such page: set the path of the metrics.")},
    {"expected a valid start token", N_("What answers is no page of metrics but HTML, maybe a "
                                        "login: correct path and port.")},
    {"x509", N_("Its certificate is not trusted: name the authority as ca_file.")},
    {"limit exceeded", N_("It has more series or labels than the limit allows: raise the limit, or "
                          "drop what is not needed.")},
};

static const char *fix_of(const char *error)
{
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (strstr(error, causes[i].part)) {
            return _(causes[i].fix);
        }
    }
    return _("Fetch its page of metrics from where the server runs, and see what answers.");
}

static void find_down(struct doctor *d, const struct job *job)
{
    int stage = look_stage_of_job(d, job->name);
    bool all = job->down == job->count;
    const char *error = *job->error ? job->error : _("the server gives no reason");
    const char *what =
        job->count == 1
            ? arena_printf(&d->arena, _("Its only target, %s, is down: %s"), job->instance, error)
            : arena_printf(&d->arena,
                  text_count("%s of its %s targets is down, the first being %s: %s",
                      "%s of its %s targets are down, the first being %s: %s", (double)job->down),
                  format_exact_in(&d->arena, (double)job->down),
                  format_exact_in(&d->arena, (double)job->count), job->instance, error);
    look_found(d,
        (struct doctor_finding){.severity = stage >= 0 && all ? DOCTOR_CRITICAL : DOCTOR_WARNING,
            .where = look_at_job(d, job->name),
            .what = what,
            .why = stage >= 0
                       ? arena_printf(&d->arena, _("%s is watched by what is left, or by nothing."),
                             look_at_stage(d, stage))
                       : _("Whatever these targets export is missing, from alerts as well."),
            .fix = fix_of(job->error),
            .stage = stage});
}

static void check_targets(struct doctor *d)
{
    struct jobs jobs = jobs_in(d);
    for (size_t i = 0; i < jobs.count; i++) {
        if (jobs.items[i].down > 0) {
            find_down(d, &jobs.items[i]);
        }
    }
    free(jobs.items);
}

const struct doctor_check doctor_targets = {
    .name = "targets", .title = N_("everything that is scraped answers"), .run = check_targets};

// ---- scrape time

static void check_scrape_time(struct doctor *d)
{
    struct jobs jobs = jobs_in(d);
    bool told = jobs.count == 0;
    for (size_t i = 0; i < jobs.count; i++) {
        const struct job *job = &jobs.items[i];
        told = told || !isnan(job->timeout_s);
        if (job->took_s > SLOW * job->timeout_s) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_WARNING,
                    .where = look_at_job(d, job->name),
                    .what = arena_printf(&d->arena,
                        _("A scrape of %s takes %s, and is given up after %s."), job->slowest,
                        format_in(&d->arena, format_seconds, job->took_s),
                        format_in(&d->arena, format_seconds, job->timeout_s)),
                    .why = _("When it is busy it will be too slow, and disappear just when it is "
                             "needed."),
                    .fix = _(
                        "Export fewer series, or give it more time; the time-out may be as long as "
                        "the interval."),
                    .code = CODE("# ServiceMonitor, or scrape_configs: scrape_timeout\nspec:\n  "
                                 "endpoints:\n "
                                 " - port: web\n    interval: 15s\n    scrapeTimeout: 15s\n"),
                    .stage = look_stage_of_job(d, job->name)});
        }
    }
    if (!told) {
        look_lacks(d, _("the server does not tell the time-out of its scrapes"));
    }
    free(jobs.items);
}

const struct doctor_check doctor_scrape_time = {.name = "scrape-time",
    .title = N_("scrapes end well before their time-out"),
    .run = check_scrape_time};

// ---- interval

static const char interval_code[] =
    CODE("# ServiceMonitor, or scrape_configs: scrape_interval\nspec:\n  "
         "endpoints:\n  - port: web\n    interval: 15s\n");

static void find_rare(struct doctor *d, const struct job *job, int stage)
{
    const char *interval = format_in(&d->arena, format_age, job->interval_s);
    bool gaps = job->interval_s >= LOOKBACK_S;
    look_found(
        d, (struct doctor_finding){.severity = DOCTOR_WARNING,
               .where = look_at_job(d, job->name),
               .what = arena_printf(&d->arena, _("It is scraped only every %s."), interval),
               .why = gaps ? _("A sample is seen for 5 minutes, so that its series vanish between "
                               "scrapes, "
                               "and every rate over less has no value.")
                           : arena_printf(&d->arena,
                                 _("A rate over %s sees fewer than four scrapes: it jumps, and has "
                                   "no value "
                                   "when one of them fails."),
                                 clock_length_in(&d->arena, d->in->words.plan->base_window_ms)),
               .fix = _("Scrape it every 15 s to 30 s, as Prometheus does by default for others."),
               .code = interval_code,
               .stage = stage});
}

static void find_often(struct doctor *d, const struct job *job, int stage)
{
    look_found(d,
        (struct doctor_finding){.severity = DOCTOR_ADVICE,
            .where = look_at_job(d, job->name),
            .what = arena_printf(&d->arena, _("It is scraped every %s."),
                format_in(&d->arena, format_age, job->interval_s)),
            .why =
                _("That costs the server several times the memory and disk of 15 s, and rates over "
                  "minutes show nothing more for it."),
            .fix = _("Scrape it every 15 s."),
            .code = interval_code,
            .stage = stage});
}

static void check_interval(struct doctor *d)
{
    struct jobs jobs = jobs_in(d);
    double window_s = (double)d->in->words.plan->base_window_ms / 1000;
    for (size_t i = 0; i < jobs.count; i++) {
        const struct job *job = &jobs.items[i];
        int stage = look_stage_of_job(d, job->name);
        bool rare = job->interval_s >= LOOKBACK_S ||
                    (stage >= 0 && job->interval_s * SCRAPES_IN_WINDOW > window_s);
        if (rare) {
            find_rare(d, job, stage);
        } else if (job->interval_s <= OFTEN_S && stage >= 0) {
            find_often(d, job, stage);
        }
    }
    free(jobs.items);
}

const struct doctor_check doctor_interval = {.name = "scrape-interval",
    .title = N_("targets are scraped often enough, and not too often"),
    .run = check_interval};
