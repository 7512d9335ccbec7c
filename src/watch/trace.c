#include "watch/trace.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/text.h"
#include "base/utf8.h"

// So long a pipe may hold up the dashboard; once it did, it is not waited for again.
enum { PATIENCE_MS = 200 };

/** As disk_write(), but stderr is shared with others and may block, so it is asked first. */
static bool write_shared(const char *text, size_t len, int wait_ms)
{
    struct pollfd polled = {.fd = STDERR_FILENO, .events = POLLOUT};
    for (size_t done = 0, n; done < len; done += n) {
        n = len - done < PIPE_BUF ? len - done : PIPE_BUF; // for so much there is room, or none
        if (poll(&polled, 1, wait_ms) <= 0) {
            errno = EAGAIN;
            return false;
        }
        if (!disk_write(STDERR_FILENO, text + done, n, wait_ms)) {
            return false;
        }
    }
    return true;
}

// Written at once: a log that ends with the crash it should explain is no help.
static void write_line(void *context, const char *line)
{
    struct trace *t = context;
    struct str s;
    str_init(&s);
    clock_add_rfc3339(&s, clock_now_ms());
    str_addf(&s, " %s%s%s\n", t->name ? t->name : "", t->name ? ": " : "", line);
    int wait_ms = t->error ? 0 : t->patient ? DISK_SILENCE_MS : PATIENCE_MS;
    bool good = t->file || t->patient ? disk_write(t->fd, s.text, s.len, wait_ms)
                                      : write_shared(s.text, s.len, wait_ms);
    t->error = good || t->error ? t->error : errno;
    str_finish(&s);
}

bool trace_start(
    struct trace *t, struct poller *poller, const struct config *config, struct str *why)
{
    if (!config->verbose && !config->log_file) {
        return true;
    }
    *t = (struct trace){.fd = STDERR_FILENO, .name = config->name, .file = config->log_file};
    if (t->file) {
        struct str reason;
        str_init(&reason);
        t->fd = disk_append(t->file, &reason);
        if (t->fd < 0) {
            str_setf(why, _("--log %s: cannot be written: %s"), t->file, reason.text);
        }
        str_finish(&reason);
    }
    if (t->fd >= 0) {
        poller_trace(poller, write_line, t);
    }
    return t->fd >= 0;
}

bool trace_failed(struct trace *t, struct str *why)
{
    if (!t->error || t->told) {
        return false;
    }
    t->told = true;
    struct str file, reason;
    str_init(&file);
    str_init(&reason);
    if (t->error == EAGAIN) {
        str_add(&reason, _("nothing reads from it"));
    } else {
        disk_add_error(&reason, t->error);
    }
    if (t->file) {
        utf8_add_clean(&file, t->file, strlen(t->file));
        str_setf(why, _("the log %s cannot be written: %s"), file.text, reason.text);
    } else {
        str_setf(why, _("the log on stderr cannot be written: %s"), reason.text);
    }
    str_finish(&file);
    str_finish(&reason);
    return true;
}

void trace_finish(struct trace *t)
{
    if (t->file && t->fd >= 0) {
        close(t->fd);
    }
    *t = (struct trace){0};
}
