#include "http/job.h"

#include <stdlib.h>

#include "base/mem.h"

struct job *job_create(const struct http_request *request)
{
    struct job *job = mem_zalloc(1, sizeof *job);
    job->path = mem_strdup(request->path);
    job->query = mem_strdup(request->query ? request->query : "");
    job->order = mem_strdup(request->order);
    job->post = request->post;
    job->gzip = request->gzip;
    str_init(&job->body);
    str_init(&job->why);
    str_init(&job->log);
    job->reply = (struct http_reply){.tag = request->tag, .retry_after_s = -1, .server_ms = -1};
    return job;
}

void job_push(struct jobs *line, struct job *job)
{
    job->next = NULL;
    if (line->last) {
        line->last->next = job;
    } else {
        line->first = job;
    }
    line->last = job;
}

void job_push_first(struct jobs *line, struct job *job)
{
    job->next = line->first;
    line->first = job;
    line->last = line->last ? line->last : job;
}

struct job *job_pop(struct jobs *line)
{
    struct job *job = line->first;
    if (job) {
        line->first = job->next;
        if (!line->first) {
            line->last = NULL;
        }
    }
    return job;
}

void job_free(struct job *job)
{
    if (job) {
        free(job->path);
        free(job->query);
        free(job->order);
        free(job->redirect);
        free(job->place);
        free(job->content_type);
        str_finish(&job->body);
        str_finish(&job->why);
        str_finish(&job->log);
        free(job);
    }
}

size_t job_drop(struct jobs *line, uint64_t tag)
{
    struct jobs all = *line;
    size_t dropped = 0;
    *line = (struct jobs){0};
    for (struct job *job; (job = job_pop(&all)) != NULL;) {
        if (job->reply.tag == tag) {
            job_free(job);
            dropped++;
        } else {
            job_push(line, job);
        }
    }
    return dropped;
}

void job_free_all(struct jobs *line)
{
    for (struct job *job; (job = job_pop(line)) != NULL;) {
        job_free(job);
    }
}
