#include "plan/record.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "config/signal_keys.h"
#include "plan/promql.h"
#include "promql/select.h"

const char record_names[] = "ragtop:[^:]+:(rate.+|last)";

static void add_word(struct str *s, const char *text)
{
    for (; *text; text++) {
        bool allowed = (unsigned char)*text < 128 && isalnum((unsigned char)*text);
        str_addc(s, allowed ? *text : '_');
    }
}

// Up to the window, and whether one follows.
static bool add_stem(struct str *s, const struct plan *p, const struct signal *signal)
{
    const struct signal_type *type = &signal_types[signal->kind];
    if (type->asked != SIGNAL_ASKED_PAST) {
        return false;
    }
    str_add(s, "ragtop:");
    add_word(s, signal->stage >= 0 ? p->stages[signal->stage].name : "tools");
    str_addc(s, '_');
    add_word(s, signal->what ? signal->what : type->name);
    bool gauge = signal->declared && signal_is_gauge(signal->declared->form);
    bool rate = type->per != SIGNAL_PER_POOL && !gauge;
    str_add(s, rate ? ":rate" : ":last");
    return rate;
}

void record_add_name(struct str *s, const struct plan *p, const struct signal *signal)
{
    if (add_stem(s, p, signal)) {
        clock_add_duration(s, p->window_ms);
    }
}

// Two stages whose names differ in punctuation alone would share a rule: then neither has one.
static bool is_ambiguous(const struct plan *p, const struct signal *signal, const char *stem)
{
    struct str other;
    str_init(&other);
    bool same = false;
    for (size_t i = 0; i < p->signals_count && !same; i++) {
        str_clear(&other);
        add_stem(&other, p, &p->signals[i]);
        same = &p->signals[i] != signal && strcmp(other.text, stem) == 0;
    }
    str_finish(&other);
    return same;
}

char *record_rule(const struct plan *p, const struct signal *signal)
{
    struct str name;
    str_init(&name);
    bool rate = add_stem(&name, p, signal);
    bool usable = name.len > 0 && !is_ambiguous(p, signal, name.text);
    if (rate) {
        clock_add_duration(&name, p->window_ms);
    }
    char *rule = usable ? str_take(&name) : NULL;
    str_finish(&name);
    return rule;
}

bool record_labels(const struct plan *p, struct labels *out)
{
    struct str metric;
    struct selector selector;
    if (!p->selector) {
        return true;
    }
    str_init(&metric);
    str_addf(&metric, "any{%s}", p->selector);
    bool good = select_parse_metric(&selector, metric.text);
    str_finish(&metric);
    if (!good) {
        return false;
    }
    for (size_t i = 0; i < selector.count; i++) {
        const struct matcher *m = &selector.matchers[i];
        if (!m->regex && !m->negative && strcmp(m->name, "__name__") != 0) {
            labels_set(out, m->name, m->value);
        }
    }
    for (size_t i = 0; good && i < selector.count; i++) {
        const struct matcher *m = &selector.matchers[i];
        const char *value = labels_get(out, m->name);
        good = strcmp(m->name, "__name__") == 0 || select_matches(m, value ? value : "");
    }
    select_finish(&selector);
    return good;
}

void record_learn(struct plan *p, char *const *names, size_t count)
{
    struct str stem;
    str_init(&stem);
    for (size_t i = 0; i < p->signals_count; i++) {
        struct signal *signal = &p->signals[i];
        str_clear(&stem);
        add_stem(&stem, p, signal);
        signal->rules_count = 0;
        bool usable = stem.len > 0 && !is_ambiguous(p, signal, stem.text);
        for (size_t k = 0; k < count && usable && signal->rules_count < SIGNAL_RULES_MAX; k++) {
            size_t rest = strlen(names[k]) - stem.len;
            if (strncmp(names[k], stem.text, stem.len) == 0 && rest < SIGNAL_WINDOW_MAX) {
                snprintf(signal->rules[signal->rules_count++], SIGNAL_WINDOW_MAX, "%s",
                    names[k] + stem.len);
            }
        }
    }
    str_finish(&stem);
}

char *record_expression(const struct plan *p, const struct signal *signal)
{
    struct str name, window;
    str_init(&name);
    str_init(&window);
    if (add_stem(&name, p, signal)) {
        clock_add_duration(&window, p->window_ms);
        str_add(&name, window.text);
    }
    char *found = NULL;
    for (size_t i = 0; i < signal->rules_count && !found; i++) {
        if (strcmp(signal->rules[i], window.text) == 0) {
            struct str selector;
            str_init(&selector);
            promql_add_selector(&selector, name.text, "", p->selector);
            found = str_take(&selector);
        }
    }
    str_finish(&window);
    str_finish(&name);
    return found;
}
