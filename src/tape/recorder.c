#include "tape/recorder.h"

#include "base/clock.h"
#include "http/tap.h"
#include "tape/tape_file.h"

static struct tape_writer *writer;

static void record(const struct tap_request *request, const struct tap_reply *reply)
{
    const struct tape_entry entry = {clock_now_ms(), *request, *reply};
    tape_add(writer, &entry);
}

bool recorder_start(const char *path, const char *version, const char *settings, struct str *why)
{
    static const struct tap tap = {.record = record};
    writer = tape_create(path, version, settings, clock_now_ms(), why);
    if (writer) {
        http_use_tap(&tap);
    }
    return writer != NULL;
}

bool recorder_runs(void)
{
    return writer != NULL;
}

bool recorder_failed(struct str *why)
{
    return writer && tape_failed(writer, why);
}

bool recorder_stop(struct str *why)
{
    struct tape_writer *w = writer;
    if (w) {
        http_use_tap(NULL);
    }
    writer = NULL;
    return tape_close(w, why);
}
