// What gets into the server: whether scrape configurations select anything, and samples are kept.
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "doctor/look.h"
#include "series/scrape_pool.h"
#include "words/format.h"

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
    const struct list *targets = look_targets(d), *pools = look_list(d, FEED_POOLS);
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
