#include "http/tap.h"

#include <string.h>

#include "base/mem.h"
#include "http/transfer.h"

static const struct tap *used;

void http_use_tap(const struct tap *tap)
{
    used = tap;
}

bool tap_records(void)
{
    return used && used->record;
}

// Without the scheme: a server is the same by http and by https.
static void add_place(struct str *s, const struct http_client *c)
{
    const char *behind = strstr(c->target.base, "://");
    const char *path = behind ? strchr(behind + 3, '/') : NULL;
    str_addf(s, "%s%s%s", c->target.place, path ? path : "", c->prefix ? c->prefix : "");
    if (c->endpoint.tenant) {
        str_addf(s, " %s", c->endpoint.tenant);
    }
}

static struct tap_request request_of(const struct job *job, const struct str *place)
{
    return (struct tap_request){.place = place->text,
        .path = job->path,
        .query = job->query,
        .changes = job->order != NULL};
}

bool tap_play(const struct http_client *c, struct job *job)
{
    if (!used || !used->play) {
        return false;
    }
    struct str place;
    str_init(&place);
    add_place(&place, c);
    const struct tap_request request = request_of(job, &place);
    struct tap_reply reply = {.server_ms = -1, .body = "", .why = ""};
    used->play(&request, &reply);
    str_finish(&place);
    job->reply.outcome = reply.outcome;
    job->reply.status = reply.status;
    job->reply.server_ms = reply.server_ms;
    job->content_type = mem_strdup(reply.type);
    job->reply.content_type = job->content_type;
    str_append(&job->body, reply.body, reply.body_len);
    str_add(&job->why, reply.why);
    str_add(&job->log, reply.why);
    return true;
}

void tap_record(const struct http_client *c, const struct job *job)
{
    if (!used || !used->record || job->order) {
        return;
    }
    struct str place;
    str_init(&place);
    add_place(&place, c);
    const struct tap_request request = request_of(job, &place);
    const struct tap_reply reply = {.outcome = job->reply.outcome,
        .status = job->reply.status,
        .type = job->content_type,
        .why = job->log.text,
        .body = job->body.text,
        .body_len = job->body.len,
        .server_ms = job->reply.server_ms};
    used->record(&request, &reply);
    str_finish(&place);
}
