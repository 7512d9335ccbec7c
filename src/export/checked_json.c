#include <cjson/cJSON.h>

#include "export/checked.h"
#include "export/put.h"

static const char *state_name(enum checked_state state)
{
    static const char *const names[CHECKED_STATES] = {[CHECKED_THERE] = "there",
        [CHECKED_DECLARED] = "declared",
        [CHECKED_NO_FAILURES] = "no_failures",
        [CHECKED_ALTERNATIVE] = "alternative",
        [CHECKED_UNMATCHED] = "unmatched",
        [CHECKED_MISTYPED] = "mistyped",
        [CHECKED_ENDED] = "ended",
        [CHECKED_MISSING] = "missing",
        [CHECKED_UNKNOWN] = "unknown"};
    return names[state];
}

static const char *now_name(enum checked_now now)
{
    switch (now) {
    case CHECKED_P95: return "p95_seconds";
    case CHECKED_MEAN: return "mean_seconds";
    case CHECKED_MEAN_COUNT: return "mean";
    case CHECKED_PER_SECOND: return "per_second";
    case CHECKED_SUM: return "sum";
    case CHECKED_MOST: return "max";
    case CHECKED_SECONDS: return "seconds";
    case CHECKED_SHARE: return "ratio";
    case CHECKED_NOTHING: break;
    }
    return NULL;
}

static void put_name(cJSON *to, const struct checked_name *n)
{
    put_text(to, "stage", n->stage);
    put_text(to, "key", n->key);
    put_text(to, "metric", n->metric);
    cJSON_AddBoolToObject(to, "in_expression", n->in_expression);
    put_text(to, "state", state_name(n->state));
    put_number(to, "series", n->series);
    put_text(to, "used_as", n->type);
    put_text(to, "unit", n->unit);
    cJSON_AddBoolToObject(to, "unit_guessed", n->unit_guessed);
    put_number(to, "value", n->now);
    put_text(to, "value_is", now_name(n->now_is));
    put_number(to, "age_s", n->age_s);
    put_text(to, "nearest", n->nearest);
    put_text(to, "recording_rule", n->recorded);
}

static cJSON *document_of(const struct checked *c)
{
    cJSON *root = cJSON_CreateObject();
    put_text(root, "schema", "ragtop.check/1");
    put_text(root, "url", c->url);
    put_moment(root, "at", c->at_ms);
    cJSON_AddNumberToObject(root, "missing", (double)checked_missing(c));
    cJSON *names = cJSON_AddArrayToObject(root, "names");
    for (size_t i = 0; i < c->count; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(names, one);
        put_name(one, &c->names[i]);
    }
    put_text(root, "trouble", c->trouble);
    cJSON_AddBoolToObject(root, "names_cut", c->names_cut);
    cJSON *notes = cJSON_AddArrayToObject(root, "warnings");
    for (size_t i = 0; i < c->store->notes_count; i++) {
        cJSON_AddItemToArray(notes, cJSON_CreateString(c->store->notes[i]));
    }
    return root;
}

void checked_add_json(struct str *s, const struct checked *c)
{
    put_document(s, document_of(c));
}

void checked_add_yaml(struct str *s, const struct checked *c)
{
    put_yaml(s, document_of(c));
}
