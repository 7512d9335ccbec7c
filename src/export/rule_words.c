#include <string.h>

#include "base/text.h"
#include "export/rule_file.h"
#include "promql/name.h"
#include "words/format.h"

void rule_words_add_plain(struct str *s, const char *text)
{
    for (const char *at; (at = strstr(text, "{{")); text = at + 2) {
        str_append(s, text, (size_t)(at - text));
        str_add(s, "{{\"{{\"}}");
    }
    str_add(s, text);
}

static const char *plain(struct arena *a, const char *text)
{
    struct str s;
    str_init(&s);
    rule_words_add_plain(&s, text);
    return arena_take(a, &s);
}

// What the server writes into a sentence: the number that was compared.
static const char in_seconds[] = "{{ $value | humanizeDuration }}";
static const char in_percent[] = "{{ $value | humanizePercentage }}";
static const char in_numbers[] = "{{ $value | humanize }}";

// The one that is full, where each is looked at by itself.
static const char of_instance[] = "{{ with $labels.pod }} ({{ . }}){{ else }}"
                                  "{{ with $labels.instance }} ({{ . }}){{ end }}{{ end }}";

static const char *label_of(struct arena *a, const char *label)
{
    struct str s;
    str_init(&s);
    if (name_is_classic_label(label)) {
        str_addf(&s, "{{ $labels.%s }}", label);
    } else {
        str_add(&s, "{{ index $labels ");
        str_add_quoted(&s, label);
        str_add(&s, " }}");
    }
    return arena_take(a, &s);
}

static struct rule_words slow(
    struct arena *a, const struct plan *p, const struct ruleset_rule *rule, const char *name)
{
    const struct stage *stage = &p->stages[rule->stage];
    bool quantile = stage->kind == LATENCY_CLASSIC || stage->kind == LATENCY_NATIVE ||
                    stage->kind == LATENCY_QUANTILES;
    bool mean = stage->kind == LATENCY_MEAN || stage->kind == LATENCY_PAIR;
    const char *slo = format_in(a, format_seconds, rule->level);
    struct rule_words words = {.summary = arena_printf(a, _("%s is slower than its SLO"), name)};
    words.description = arena_printf(a,
        quantile ? _("The P95 of %s is %s, and its SLO is %s. ragtop report says which part "
                     "of it is at fault.")
        : mean   ? _("The mean latency of %s is %s, and its SLO is %s. ragtop report says "
                       "which part of it is at fault.")
                 : _("The latency of %s is %s, and its SLO is %s. ragtop report says which "
                       "part of it is at fault."),
        name, in_seconds, slo);
    return words;
}

static struct rule_words full(
    struct arena *a, const struct plan *p, const struct ruleset_rule *rule, const char *name)
{
    const struct signal *signal = &p->signals[rule->signal];
    const char *what = signal->what ? plain(a, signal->what) : _(signal_types[signal->kind].says);
    return (struct rule_words){// TRANSLATORS: vector_db: connections, close to the limit
        .summary = arena_printf(a, _("%s: %s, close to the limit"), name, what),
        // TRANSLATORS: vector_db (vector-db-0): connections at 97% of the limit
        .description = arena_printf(a,
            _("%s%s: %s at %s of the limit. Once all of it is in use, requests wait: look for a "
              "leak, for slow work, or for a limit that is too low."),
            name, of_instance, what, in_percent)};
}

static struct rule_words beyond(
    struct arena *a, const struct plan *p, const struct ruleset_rule *rule, const char *name)
{
    const struct signal *signal = &p->signals[rule->signal];
    bool down = signal->declared->bad == SIGNAL_BAD_DOWN;
    const char *what = _(signal_types[signal->kind].says);
    const char *level = format_exact_in(a, rule->level);
    return (struct rule_words){
        .summary = arena_printf(a, _("%s reports what needs attention: %s"), name, what),
        .description = arena_printf(a,
            down ? _("%s of %s: %s. At %s or less something is wrong.")
                 : _("%s of %s: %s. At %s or more something is wrong."),
            what, name, in_numbers, level)};
}

static struct rule_words burn(
    struct arena *a, const struct plan *p, const struct ruleset_rule *rule, const char *name)
{
    const struct stage *stage = &p->stages[rule->stage];
    return (struct rule_words){
        .summary = arena_printf(a, _("%s is using up its error budget"), name),
        .description = arena_printf(a,
            _("%s of the requests of %s failed within {{ $labels.long }}, and its SLO allows "
              "%s. ragtop report says which part of it is at fault."),
            in_percent, name, format_in(a, format_percent, stage->slo_errors))};
}

struct rule_words rule_words_of(
    struct arena *a, const struct plan *p, const struct ruleset_rule *rule)
{
    const char *name = rule->stage >= 0 ? plain(a, p->stages[rule->stage].name) : "";
    switch (rule->about) {
    case RULESET_SLOW: return slow(a, p, rule, name);
    case RULESET_SLOWER:
        return (struct rule_words){.summary = arena_printf(a, _("%s is slower than usual"), name),
            .description = arena_printf(a,
                _("The latency of %s is %s, more than twice what it was at the same time a day "
                  "and a week ago. ragtop report says which part of it is at fault."),
                name, in_seconds)};
    case RULESET_MEAN:
        return (struct rule_words){.summary = arena_printf(a, _("Mean latency of %s is above %s"),
                                       name, format_in(a, format_seconds, rule->level)),
            .description = arena_printf(a,
                _("%s took %s on average. ragtop report says which part of it is at fault."), name,
                in_seconds)};
    case RULESET_BURN: return burn(a, p, rule, name);
    case RULESET_FAILING:
        return (struct rule_words){
            .summary = arena_printf(a, _("%s fails more often than usual"), name),
            .description = arena_printf(a,
                _("%s of the requests of %s failed in the last 30 minutes, more than twice as "
                  "many as at the same time a day and a week ago."),
                in_percent, name)};
    case RULESET_FULL: return full(a, p, rule, name);
    case RULESET_BEYOND: return beyond(a, p, rule, name);
    case RULESET_CALLS:
        return (struct rule_words){.summary = _("A tool is called more often than usual"),
            .description = arena_printf(a,
                _("%s is called %s times per question, more than twice as often "
                  "as at the same time a day and a week ago. The agent may be repeating itself."),
                label_of(a, p->tool_label), in_numbers)};
    case RULESET_NO_TRAFFIC:
        return (struct rule_words){.summary = arena_printf(a, _("%s gets no requests"), name),
            .description = arena_printf(a,
                _("%s has had no requests for 5 minutes, and usually has some at this time. Look "
                  "at what is in front of it."),
                name)};
    case RULESET_NO_DATA:
        return (struct rule_words){.summary = arena_printf(a, _("%s has no metrics"), name),
            .description = arena_printf(a,
                _("The metrics of %s are gone: it is down, or it is not scraped. No other alert "
                  "about it can fire until they are back."),
                name)};
    case RULESET_RECORDS:
    case RULESET_ABOUTS: break;
    }
    return (struct rule_words){"", ""};
}
