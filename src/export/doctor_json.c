#include <cjson/cJSON.h>

#include "export/doctor_document.h"
#include "export/put.h"

static const char *severity_name(enum doctor_severity severity)
{
    static const char *const names[] = {
        [DOCTOR_ADVICE] = "advice", [DOCTOR_WARNING] = "warning", [DOCTOR_CRITICAL] = "critical"};
    return names[severity];
}

static const char *result_name(enum doctor_result result)
{
    static const char *const names[] = {[DOCTOR_SOUND] = "ok",
        [DOCTOR_FOUND] = "findings",
        [DOCTOR_LACKING] = "not_applicable",
        [DOCTOR_UNREAD] = "not_checked"};
    return names[result];
}

static const char *worst(const struct doctor *d)
{
    return d->findings_count > 0                  ? severity_name(d->findings[0].severity)
           : doctor_results(d, DOCTOR_UNREAD) > 0 ? "unknown"
                                                  : "ok";
}

static void put_finding(cJSON *to, const struct doctor *d, const struct doctor_finding *f)
{
    const struct plan *p = d->in->words.plan;
    put_text(to, "check", doctor_check_of(f->check)->name);
    put_text(to, "severity", severity_name(f->severity));
    put_text(to, "where", f->where);
    put_text(to, "stage", f->stage >= 0 ? p->stages[f->stage].name : NULL);
    put_text(to, "what", f->what);
    put_text(to, "why", f->why);
    put_text(to, "fix", f->fix);
    put_text(to, "code", f->code);
}

static void put_check(cJSON *to, const struct doctor *d, enum doctor_check_kind kind)
{
    const struct doctor_outcome *o = &d->outcomes[kind];
    put_text(to, "check", doctor_check_of(kind)->name);
    put_text(to, "title", doctor_check_of(kind)->title);
    put_text(to, "result", result_name(o->result));
    cJSON_AddNumberToObject(to, "findings", (double)(o->findings + o->left_out));
    cJSON_AddNumberToObject(to, "left_out", (double)o->left_out);
    put_text(to, "not_checked", o->why);
}

void doctor_add_json(struct str *s, const struct doctor *d)
{
    const struct source_state *source = &d->in->words.store->source;
    cJSON *root = cJSON_CreateObject();
    put_text(root, "schema", "ragtop.doctor/1");
    put_text(root, "url", d->in->config->source.url);
    put_text(root, "server", *source->server ? source->server : NULL);
    put_moment(root, "at", d->in->now_ms);
    put_text(root, "severity", worst(d));
    cJSON *findings = cJSON_AddArrayToObject(root, "findings");
    for (size_t i = 0; i < d->findings_count; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(findings, one);
        put_finding(one, d, &d->findings[i]);
    }
    cJSON *checks = cJSON_AddArrayToObject(root, "checks");
    for (int i = 0; i < DOCTOR_CHECKS; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(checks, one);
        put_check(one, d, (enum doctor_check_kind)i);
    }
    put_document(s, root);
}
