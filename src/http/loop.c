#include "http/loop.h"

#include <poll.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "http/handle.h"
#include "http/transfer.h"

// A turn of them all takes in so much, which is soon enough for a key that waits.
enum { FDS_MAX = 8, TURN_BYTES = 1024 * 1024 };

struct http_loop *loop_create(void)
{
    struct http_loop *loop = mem_zalloc(1, sizeof *loop);
    loop->multi = curl_multi_init();
    if (!loop->multi) {
        check_die("out of memory");
    }
    return loop;
}

// As many connections are kept as can be in use.
static void size_pool(struct http_loop *loop)
{
    size_t slots = 0;
    for (size_t i = 0; i < loop->count; i++) {
        slots += loop->clients[i]->slots_count;
    }
    curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)slots);
}

void loop_add(struct http_loop *loop, struct http_client *c)
{
    loop->clients = mem_resize(loop->clients, loop->count + 1, sizeof *loop->clients);
    loop->clients[loop->count++] = c;
    c->loop = loop;
    size_pool(loop);
}

void loop_remove(struct http_client *c)
{
    struct http_loop *loop = c->loop;
    size_t kept = 0;
    for (size_t i = 0; i < loop->count; i++) {
        if (loop->clients[i] != c) {
            loop->clients[kept++] = loop->clients[i];
        }
    }
    loop->count = kept;
    c->loop = NULL;
    if (kept == 0) {
        curl_multi_cleanup(loop->multi);
        free(loop->clients);
        free(loop);
    }
}

// ---- memory -----------------------------------------------------------------------------------

/** Bytes of the bodies that C takes in, or that wait to be taken from it. */
static size_t held_by(const struct http_client *c)
{
    size_t bytes = 0;
    for (size_t i = 0; i < c->slots_count; i++) {
        bytes += c->slots[i].job ? c->slots[i].job->body.len : 0;
    }
    for (const struct job *job = c->done.first; job; job = job->next) {
        bytes += job->body.len;
    }
    return bytes;
}

static size_t held(const struct http_loop *loop)
{
    size_t bytes = 0;
    for (size_t i = 0; i < loop->count; i++) {
        const struct http_client *c = loop->clients[i];
        bytes += held_by(c) + (c->shown ? c->shown->body.len : 0);
    }
    return bytes;
}

// Where answers wait to be taken, that makes room: what is still under way there can wait as well.
static const struct slot *fullest(const struct http_loop *loop)
{
    const struct slot *most = NULL;
    for (size_t i = 0; i < loop->count; i++) {
        const struct http_client *c = loop->clients[i];
        for (size_t k = 0; k < c->slots_count && !c->done.first; k++) {
            const struct slot *slot = &c->slots[k];
            bool more = slot->job && (!most || slot->job->body.len > most->job->body.len);
            most = more ? slot : most;
        }
    }
    return most;
}

bool loop_has_room(const struct slot *slot, size_t len)
{
    const struct http_loop *loop = slot->client->loop;
    return slot->job->body.len + len <= LOOP_SMALL_BYTES || held(loop) + len <= LOOP_HELD_BYTES ||
           fullest(loop) == slot;
}

bool loop_may_send(const struct http_client *c)
{
    return held_by(c) <= LOOP_SEND_BYTES;
}

// ---- turns ------------------------------------------------------------------------------------

static void drive(struct http_loop *loop)
{
    for (bool again = true; again;) {
        for (size_t i = 0; i < loop->count; i++) {
            transfer_send_queued(loop->clients[i]);
        }
        int running;
        handle_expect_multi(curl_multi_perform(loop->multi, &running));
        again = false;
        int left;
        for (CURLMsg *m; (m = curl_multi_info_read(loop->multi, &left)) != NULL;) {
            CURLcode code = m->data.result;
            CURL *easy = m->easy_handle;
            struct slot *slot = NULL;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&slot);
            curl_multi_remove_handle(loop->multi, easy); // M is gone after this
            transfer_finish(slot->client, slot, code);
            again = true; // its place is taken by the next, which wants to be driven too
        }
    }
}

// Begins a turn: all take in again, each its share.
static void resume(struct http_loop *loop)
{
    for (size_t i = 0; i < loop->count; i++) {
        struct http_client *c = loop->clients[i];
        c->intake.turn_left = TURN_BYTES / loop->count;
        slot_resume(c->slots, c->slots_count);
    }
}

static bool has_more(const struct http_loop *loop)
{
    for (size_t i = 0; i < loop->count; i++) {
        const struct http_client *c = loop->clients[i];
        if (c->done.first || slot_any_paused(c->slots, c->slots_count)) {
            return true;
        }
    }
    return false;
}

// not curl's own answer: it knows no hang-up, and a closed terminal would keep the loop spinning
static http_ready readable(const int *fds, size_t count)
{
    struct pollfd polled[FDS_MAX];
    for (size_t i = 0; i < count; i++) {
        polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    }
    http_ready ready = 0;
    if (count && poll(polled, count, 0) > 0) {
        for (size_t i = 0; i < count; i++) {
            ready |= polled[i].revents ? 1u << i : 0;
        }
    }
    return ready;
}

http_ready http_wait(struct http_client *c, const int *fds, size_t count, int timeout_ms)
{
    check(count <= FDS_MAX);
    struct curl_waitfd waited[FDS_MAX];
    for (size_t i = 0; i < count; i++) {
        waited[i] = (struct curl_waitfd){.fd = fds[i], .events = CURL_WAIT_POLLIN};
    }
    resume(c->loop);
    drive(c->loop);
    int wait_ms = has_more(c->loop) || timeout_ms < 0 ? 0 : timeout_ms;
    curl_multi_poll(c->loop->multi, waited, (unsigned)count, wait_ms, NULL);
    drive(c->loop);
    return readable(fds, count);
}
