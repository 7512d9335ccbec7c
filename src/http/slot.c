#include "http/slot.h"

#include "http/handle.h"
#include "http/loop.h"
#include "http/transfer.h"

// A buffer of compressed bytes is decompressed whole, however large that makes it.
enum { HEADERS_MAX = 256 * 1024, BUFFER_BYTES = 8 * 1024 };

static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
    struct slot *slot = data;
    struct job *job = slot->job;
    size_t len = size * count;
    if (len > slot->intake->body_max - job->body.len) {
        job->body_too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    if (!loop_has_room(slot, len)) {
        slot->waits = true;
        set(slot->easy, CURLOPT_TIMEOUT_MS, 0L); // it is not the server that takes long
        return CURL_WRITEFUNC_PAUSE;
    }
    if (slot->intake->turn_left == 0) {
        slot->paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    slot->intake->turn_left -= len < slot->intake->turn_left ? len : slot->intake->turn_left;
    str_append(&job->body, bytes, len);
    return len;
}

// curl keeps every header, so a server that never ends them would fill the memory
static size_t take_header(char *bytes, size_t size, size_t count, void *data)
{
    (void)bytes;
    struct job *job = ((const struct slot *)data)->job;
    job->headers_len += size * count;
    if (job->headers_len > HEADERS_MAX) {
        job->headers_too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    return size * count;
}

void slot_receive(struct slot *slot, CURL *easy)
{
    set(easy, CURLOPT_PRIVATE, (void *)slot);
    set(easy, CURLOPT_ERRORBUFFER, slot->error);
    set(easy, CURLOPT_BUFFERSIZE, (long)BUFFER_BYTES);
    set(easy, CURLOPT_WRITEFUNCTION, take_body);
    set(easy, CURLOPT_WRITEDATA, (void *)slot);
    set(easy, CURLOPT_HEADERFUNCTION, take_header);
    set(easy, CURLOPT_HEADERDATA, (void *)slot);
}

void slot_finish(struct slot *slot)
{
    curl_easy_cleanup(slot->own);
    curl_easy_cleanup(slot->stranger);
    curl_slist_free_all(slot->headers);
    job_free(slot->job);
    *slot = (struct slot){0};
}

// The time that it waited is not counted.
static void end_wait(struct slot *slot)
{
    curl_off_t so_far_us = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_TOTAL_TIME_T, &so_far_us);
    slot->waits = false;
    set(slot->easy, CURLOPT_TIMEOUT_MS,
        (long)(so_far_us / 1000 + slot->client->endpoint.timeout_ms));
}

void slot_resume(struct slot *slots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct slot *slot = &slots[i];
        bool goes_on = slot->job && slot->waits && loop_has_room(slot, CURL_MAX_WRITE_SIZE);
        if (goes_on) {
            end_wait(slot);
        }
        if (slot->job && (slot->paused || goes_on)) {
            slot->paused = false;
            curl_easy_pause(slot->easy, CURLPAUSE_CONT); // a failure ends the transfer as such
        }
    }
}

bool slot_any_paused(const struct slot *slots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (slots[i].job && slots[i].paused) {
            return true;
        }
    }
    return false;
}
