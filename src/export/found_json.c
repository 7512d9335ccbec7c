#include <cjson/cJSON.h>

#include "config/types.h"
#include "export/found.h"
#include "export/put.h"

static const char *role_word(enum stage_role role)
{
    return role == STAGE_ROLE_NONE ? NULL : type_role.names[role];
}

static const char *link_name(const struct component *c)
{
    switch (c->link) {
    case COMPONENT_BY_ROLE: return "role";
    case COMPONENT_BY_MODEL: return "model";
    case COMPONENT_BY_CALLS: return "calls";
    case COMPONENT_BY_LINK: return "links";
    case COMPONENT_ROOT: break;
    }
    return NULL;
}

static void put_component(cJSON *to, const struct component *c)
{
    put_text(to, "profile", c->profile);
    put_text(to, "title", c->title);
    put_text(to, "role", role_word(c->role));
    put_text(to, "namespace", *c->namespace ? c->namespace : NULL);
    put_text(to, "job", *c->job ? c->job : NULL);
    put_text(to, "recognised_by", c->metric);
    put_text(to, "fate", component_fate_name(c->fate));
    put_text(to, "reason", c->fate == COMPONENT_TAKEN ? NULL : found_reason(c));
    put_text(to, "shown_as", c->other);
    put_text(to, "part_of", c->under);
    put_text(to, "linked_by", link_name(c));
    cJSON *stages = cJSON_AddArrayToObject(to, "stages");
    for (size_t i = 0; i < c->stages.count; i++) {
        cJSON_AddItemToArray(stages, cJSON_CreateString(c->stages.items[i]));
    }
}

static const char *text_of(const struct metric_config *m)
{
    return m->metric ? m->metric : m->expr;
}

static void put_stages(
    cJSON *list, const struct stage_config *stages, size_t count, const char *parent)
{
    for (size_t i = 0; i < count; i++) {
        const struct stage_config *one = &stages[i];
        cJSON *to = cJSON_CreateObject();
        cJSON_AddItemToArray(list, to);
        put_text(to, "stage", one->name);
        put_text(to, "parent", parent);
        put_text(to, "role", role_word(one->role));
        put_text(to, "latency", text_of(&one->latency));
        put_text(to, "errors", text_of(&one->errors));
        put_text(to, "requests", text_of(&one->requests));
        cJSON_AddBoolToObject(to, "assumed", one->linked);
        put_stages(list, one->children, one->children_count, one->name);
    }
}

void found_add_json(struct str *s, const struct found *f)
{
    const struct pipeline *p = f->pipeline;
    cJSON *root = cJSON_CreateObject();
    put_text(root, "schema", "ragtop.found/1");
    put_text(root, "url", f->url);
    put_moment(root, "at", f->at_ms);
    put_text(root, "by", f->configured ? "configuration" : p->guessed ? "latencies" : "components");
    cJSON *components = cJSON_AddArrayToObject(root, "components");
    for (size_t i = 0; i < p->components.count; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(components, one);
        put_component(one, &p->components.items[i]);
    }
    put_stages(cJSON_AddArrayToObject(root, "stages"), p->stages, p->stages_count, NULL);
    cJSON_AddNumberToObject(root, "latencies_left_out", (double)p->guessed_more);
    cJSON *notes = cJSON_AddArrayToObject(root, "warnings");
    for (size_t i = 0; i < f->store->notes_count; i++) {
        cJSON_AddItemToArray(notes, cJSON_CreateString(f->store->notes[i]));
    }
    put_document(s, root);
}
