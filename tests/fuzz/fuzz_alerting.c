/*
 * Answers about rules, alerts and silences: what comes out is clean and bounded, and a silence is
 * written as JSON whatever is in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz/target.h"
#include "prom/alert_series.h"
#include "prom/alertmanager.h"
#include "prom/rule_list.h"

static void check_clean(const char *text, size_t most)
{
    check(!text || strlen(text) <= 3 * most + 3); // a byte may become three, and then an ellipsis
    for (uint32_t ch; text && (ch = utf8_next(&text)) != 0;) {
        check(ch >= 0x20 && !(ch >= 0x7F && ch < 0xA0) && ch != 0x202E);
    }
}

static void check_labels(const struct labels *l)
{
    check(l->count <= RULE_LABELS_MAX);
    for (size_t i = 0; i < l->count; i++) {
        check_clean(l->items[i].name, RULE_TEXT_MAX);
        check_clean(l->items[i].value, RULE_TEXT_MAX);
    }
}

static void check_rules(struct rule_set *set)
{
    for (size_t i = 0; i < set->rules_count; i++) {
        const struct rule *r = &set->rules[i];
        check(r->group < set->groups_count);
        check_clean(r->name, RULE_TEXT_MAX);
        check_clean(r->query, RULE_QUERY_MAX);
        check_clean(r->error, RULE_TEXT_MAX);
        check_labels(&r->labels);
        check_labels(&r->annotations);
    }
    for (size_t i = 0; i < set->alerts_count; i++) {
        check(set->alerts[i].rule < (int)set->rules_count);
        check(alert_index(&set->alerts[i].labels) >= 0);
        check_labels(&set->alerts[i].annotations);
    }
    rule_set_finish(set);
}

/** What is written of S is JSON. */
static void check_written(const struct silence *s)
{
    struct routing again = {0};
    struct str json;
    str_init(&json);
    str_add(&json, "[");
    prom_add_silence(&json, s);
    str_add(&json, "]");
    bool read = prom_decode_silences(json.text, json.len, &again);
    check(read && again.silences_count == 0); // it has no state, and so counts as expired
    str_finish(&json);
    routing_finish_silences(&again);
}

static void check_routing(struct routing *r)
{
    for (size_t i = 0; i < r->alerts_count; i++) {
        check_labels(&r->alerts[i].labels);
        check_clean(r->alerts[i].silence, RULE_TEXT_MAX);
        check_clean(r->alerts[i].muted, RULE_TEXT_MAX);
    }
    for (size_t i = 0; i < r->silences_count; i++) {
        const struct silence *s = &r->silences[i];
        check(s->matchers_count <= SILENCE_MATCHERS_MAX && silence_index(s->id) >= 0);
        check_clean(s->id, RULE_TEXT_MAX);
        check_clean(s->author, RULE_TEXT_MAX);
        check_clean(s->comment, RULE_TEXT_MAX);
        check_written(s);
    }
    routing_finish_alerts(r);
    routing_finish_silences(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *body = mem_strndup((const char *)data, size);
    size_t len = size;
    struct rule_set rules = {0}, series = {0};
    struct routing routing = {0};
    struct str why;
    str_init(&why);
    check(prom_decode_rules(200, body, len, &rules, &why) == PROM_OK || why.len > 0);
    check_rules(&rules);
    str_clear(&why);
    check(prom_decode_alert_series(200, body, len, &series, &why) == PROM_OK || why.len > 0);
    check_rules(&series);
    prom_decode_routed(body, len, &routing);
    prom_decode_silences(body, len, &routing);
    check_routing(&routing);
    str_clear(&why);
    prom_decode_silence_id(body, len, &why);
    check_clean(why.text, RULE_TEXT_MAX);
    str_clear(&why);
    prom_add_refusal(&why, body, len);
    check_clean(why.text, RULE_TEXT_MAX);
    str_finish(&why);
    free(body);
    return 0;
}
