// What is scraped: whether it answers, in time, and often enough.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/mem.h"
#include "base/text.h"
#include "doctor/look.h"
#include "series/scrape_pool.h"
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

/** The targets; NULL, and said, where they are not known. Those left out are said as well. */
static const struct list *targets_in(struct doctor *d)
{
    const struct list *targets = look_list(d, FEED_TARGETS);
    if (targets && targets->left_out > 0) {
        look_lacks(d, arena_printf(&d->arena,
                          text_count("%s more target was not looked at",
                              "%s more targets were not looked at", (double)targets->left_out),
                          format_exact_in(&d->arena, (double)targets->left_out)));
    }
    return targets;
}

/** All jobs, to be freed by the caller; empty where the targets are not known. */
static struct jobs jobs_in(struct doctor *d)
{
    struct jobs jobs = {0};
    const struct list *targets = targets_in(d);
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

// ---- pools

static const char *pool_code(struct doctor *d, const struct scrape_pool *o)
{
    return o->kind
               ? arena_printf(&d->arena,
                     CODE("kubectl -n %s get %s %s -o yaml   # spec.selector, endpoints[].port\n"
                          "kubectl get services -A --show-labels\n"),
                     o->namespace, o->kind, o->name)
               : NULL;
}

static const char *pool_fix(struct doctor *d, const struct scrape_pool *o,
    const struct list *dropped, const char *pool, double count)
{
    for (size_t i = 0; dropped && count > 0 && i < dropped->count; i++) {
        const char *service = list_text(dropped, i, "service"),
                   *port = list_text(dropped, i, "port");
        if (strcmp(list_text(dropped, i, "pool"), pool) == 0 && *service && *port) {
            return arena_printf(&d->arena,
                _("The labels of the Service, or the name of its port, are not those that it asks "
                  "for. Among those that were dropped is the Service %s with the port %s."),
                service, port);
        }
    }
    return !o->kind ? _("Look at its service discovery, and at the relabelling that keeps or "
                        "drops what is found.")
           : count > 0
               ? _("The labels of the Service, or the name of its port, are not those that "
                   "it asks for.")
               : _("It looks into a namespace without such Services, or Prometheus' service "
                   "account may not list them there.");
}

static void find_empty(struct doctor *d, const char *pool, const struct list *dropped, double count)
{
    struct scrape_pool o = scrape_pool_read(&d->arena, pool);
    const char *said = count > 0
                           ? arena_printf(&d->arena,
                                 text_count("It selects nothing: %s target was found and dropped.",
                                     "It selects nothing: %s targets were found, and all of "
                                     "them dropped.",
                                     count),
                                 format_exact_in(&d->arena, count))
                       : isnan(count) ? _("It has no targets.")
                                      : _("It selects nothing: no targets were found.");
    look_found(d,
        (struct doctor_finding){
            .severity = scrape_pool_is_of_control_plane(&o) ? DOCTOR_ADVICE : DOCTOR_WARNING,
            .where = o.kind ? arena_printf(&d->arena, "%s %s/%s", o.kind, o.namespace, o.name)
                            : look_at_job(d, pool),
            .what = said,
            .why =
                scrape_pool_is_of_control_plane(&o)
                    ? _("On a managed cluster that is how it is: the control plane is not yours to "
                        "scrape.")
                    : _("Nothing of it is scraped, and no target is down either: no alert tells."),
            .fix = pool_fix(d, &o, dropped, pool, count),
            .code = pool_code(d, &o),
            .stage = -1});
}

static void check_pools(struct doctor *d)
{
    const struct list *targets = targets_in(d), *pools = look_list(d, FEED_POOLS);
    if (!targets || !pools) {
        return;
    }
    const struct list *dropped = look_list(d, FEED_DROPPED);
    for (size_t i = 0; i < pools->count; i++) {
        const char *pool = list_text(pools, i, "pool");
        if (scrape_pool_is_empty(targets, pool)) {
            find_empty(d, pool, dropped, scrape_pool_dropped(dropped, pool));
        }
    }
}

const struct doctor_check doctor_pools = {.name = "scrape-pools",
    .title = N_("every ServiceMonitor and scrape job selects something"),
    .run = check_pools};

// ---- what does not get in

static void check_refused_samples(struct doctor *d)
{
    static const struct {
        const char *reason, *what, *fix;
    } reasons[] = {{"sample_limit",
                       N_("In the last hour %s scrapes were thrown away: they had more samples "
                          "than sample_limit allows."),
                       N_("Export fewer series, or raise sample_limit.")},
        {"body_size_limit",
            N_("In the last hour %s scrapes were thrown away: the page was larger "
               "than body_size_limit allows."),
            N_("Export fewer series, or raise body_size_limit.")},
        {"duplicate_timestamp",
            N_("In the last hour %s samples were refused: another value had the "
               "same timestamp."),
            N_("Two targets end up with the same labels: leave them an instance or pod label.")},
        {"out_of_order", N_("In the last hour %s samples were refused: they came out of order."),
            N_("Two targets end up with the same labels, or exporters set timestamps of their own: "
               "leave these out.")},
        {"out_of_bounds",
            N_("In the last hour %s samples were refused: they were too old, or of "
               "the future."),
            N_("A target's clock is wrong, or it sets timestamps of its own: honor_timestamps: "
               "false.")}};
    const struct batch *b = look_answer(
        d, AUDIT_REFUSED_SAMPLES, _("the server's own metrics are not scraped, which count them"));
    for (size_t i = 0; b && i < b->count; i++) {
        for (size_t k = 0; k < sizeof reasons / sizeof *reasons; k++) {
            double count = look_value(&b->series[i]);
            if (strcmp(look_label(&b->series[i], "reason"), reasons[k].reason) == 0 && count >= 1) {
                look_found(d,
                    (struct doctor_finding){.severity = DOCTOR_WARNING,
                        .where = _("server"),
                        .what = arena_printf(
                            &d->arena, _(reasons[k].what), format_exact_in(&d->arena, count)),
                        .why = _(
                            "What is thrown away is missing from every chart and alert, and looks "
                            "like a target without news."),
                        .fix = _(reasons[k].fix),
                        .stage = -1});
            }
        }
    }
}

const struct doctor_check doctor_refused_samples = {.name = "refused-samples",
    .title = N_("no sample is thrown away"),
    .run = check_refused_samples};

static void check_relabelled(struct doctor *d)
{
    const struct batch *b =
        look_answer(d, AUDIT_RELABELLED, _("nothing counts the samples of the stages' targets"));
    for (size_t i = 0; b && i < b->count; i++) {
        const char *job = look_label(&b->series[i], "job");
        double count = look_value(&b->series[i]);
        if (!(count > 0)) {
            continue;
        }
        look_found(d,
            (struct doctor_finding){.severity = DOCTOR_ADVICE,
                .where = look_at_job(d, job),
                .what = arena_printf(&d->arena,
                    text_count("Relabelling drops %s sample of every scrape.",
                        "Relabelling drops %s samples of every scrape.", count),
                    format_exact_in(&d->arena, count)),
                .why =
                    _("A metric that its documentation promises may be among them, and is missing "
                      "here."),
                .fix = _(
                    "If one is missing, look at metricRelabelings (metric_relabel_configs) first."),
                .stage = look_stage_of_job(d, job)});
    }
}

const struct doctor_check doctor_relabelled = {.name = "relabelling",
    .title = N_("relabelling keeps what the stages export"),
    .run = check_relabelled};
