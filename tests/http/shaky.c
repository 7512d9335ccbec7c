#include "http/shaky.h"

#include <arpa/inet.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/str.h"

enum {
    CONNECTIONS_MAX = 32,
    REQUEST_MAX = 128 * 1024,
    BUCKETS = 10,
    BOUNDS_END = BUCKETS - 1,
    LARGE_BYTES = 7 * 1000 * 1000
};

struct connection {
    int fd; // -1: free
    size_t len;
    char bytes[REQUEST_MAX];
};

struct server {
    struct shaky_told *told;
    const char *const *names;
    uint64_t random;
    struct str large;
    struct connection connections[CONNECTIONS_MAX];
};

/** One question. */
struct asked {
    const char *text; // head and form, percent-encoded
    int64_t first_ms, last_ms, step_ms;
    bool range;
};

static const double bounds[BOUNDS_END] = {.05, .1, .2, .3, .4, .5, 1, 2, 5};

// Knuth's MMIX: what fails is the same in every run.
static unsigned draw(struct server *s, unsigned below)
{
    s->random = s->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(s->random >> 33) % below;
}

static void send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0) {
            return;
        }
        bytes += n;
        len -= (size_t)n;
    }
}

/** An answer of STATUS; says that it has LIE bytes more than it has. */
static void answer(struct server *s, int fd, const char *status, const struct str *body, size_t lie)
{
    struct str head;
    str_init(&head);
    str_addf(&head, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", status,
        body->text[0] == '#' ? "text/plain; version=0.0.4" : "application/json", body->len + lie);
    if (s->told->clock_ms) {
        time_t at = (time_t)(s->told->clock_ms / 1000);
        struct tm tm;
        char date[40];
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&at, &tm));
        str_addf(&head, "Date: %s\r\n", date);
    }
    str_add(&head, "\r\n");
    str_append(&head, body->text, body->len);
    send_all(fd, head.text, head.len);
    str_finish(&head);
}

static double value_at(const struct server *s, int bucket, int64_t at_ms)
{
    double below = bucket < BOUNDS_END ? 1 - exp(-bounds[bucket] * 6) : 1;
    double rate = 3 + 0.2 * sin((double)(at_ms / 1000 % 700));
    return (s->told->millihertz ? s->told->millihertz / 1000.0 : rate) * below;
}

static bool has_sample(const struct server *s, int64_t at_ms)
{
    const struct shaky_told *t = s->told;
    return at_ms >= t->since_ms && (at_ms < t->gap_first || at_ms > t->gap_last);
}

static void add_series(
    struct server *s, struct str *body, const struct asked *a, const char *label, int bucket)
{
    size_t start = body->len;
    str_addf(body, "%s{\"metric\":{%s},\"value%s\":", body->text[body->len - 1] == '[' ? "" : ",",
        label, a->range ? "s" : "");
    size_t empty = body->len;
    str_add(body, a->range ? "[" : "");
    for (int64_t at = a->first_ms; at <= a->last_ms; at += a->step_ms) {
        if (has_sample(s, at)) {
            str_addf(body, "%s[%.3f,\"%.9g\"]", body->len > empty + 1 ? "," : "", (double)at / 1000,
                value_at(s, bucket, at));
        }
    }
    if (body->len <= empty + 1) { // no sample, no series
        body->len = start;
        body->text[start] = '\0';
        return;
    }
    str_add(body, a->range ? "]}" : "}");
}

static void add_buckets(struct server *s, struct str *body, const struct asked *a, const char *by)
{
    for (int i = 0; i < BUCKETS; i++) {
        char label[80];
        snprintf(label, sizeof label, i < BOUNDS_END ? "%s\"le\":\"%g\"" : "%s\"le\":\"+Inf\"", by,
            bounds[i < BOUNDS_END ? i : 0]);
        add_series(s, body, a, label, i);
    }
    char label[80];
    snprintf(label, sizeof label, "%s\"part\":\"sum\"", by);
    add_series(s, body, a, label, 0);
}

/** More series of an instant query than anybody wants. */
static void add_large(struct server *s, struct str *body)
{
    if (s->large.len == 0) {
        str_init(&s->large);
        for (int n = 0; s->large.len < LARGE_BYTES; n++) {
            str_addf(&s->large,
                ",{\"metric\":{\"le\":\"%d\",\"pod\":\"agent-%d\"},\"value\":[%d,\"%d\"]}",
                n % 100 + 10, n, 1770195600, n);
        }
    }
    str_append(body, s->large.text, s->large.len);
}

static void add_samples(struct server *s, struct str *body, const struct asked *a)
{
    str_addf(body, "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":[",
        a->range ? "matrix" : "vector");
    if (strstr(a->text, "%22window%22")) {
        s->told->counts++;
        for (int window = 0; window < 4; window++) {
            char label[24];
            snprintf(label, sizeof label, "\"window\":\"%d\"", window);
            add_series(s, body, a, label, BOUNDS_END);
        }
    } else if (strstr(a->text, "timestamp%28")) {
        for (size_t i = 0; s->names[i]; i++) {
            str_addf(body, "%s{\"metric\":{\"stage\":\"%zu\"},\"value\":[%.3f,\"%.3f\"]}",
                i ? "," : "", i, (double)a->last_ms / 1000, (double)(a->last_ms - 1000) / 1000);
        }
    } else if (strstr(a->text, "by%20%28le%29")) {
        add_buckets(s, body, a, "");
        bool large = s->told->large_every && s->told->instants % s->told->large_every == 0;
        if (large && !a->range && has_sample(s, a->first_ms)) {
            add_large(s, body);
        }
    } else if (strstr(a->text, "host%2C%20instance%2C%20le%29")) {
        for (int pod = 0; pod < s->told->pods; pod++) {
            char by[40];
            snprintf(by, sizeof by, "\"pod\":\"agent-%02d\",", pod);
            add_buckets(s, body, a, by);
        }
    } else if (strstr(a->text, "errors")) {
        add_series(s, body, a, "", 0);
    }
    str_add(body, "]}}");
}

static bool is_counter(const char *name)
{
    size_t len = strlen(name);
    return len > 6 && strcmp(name + len - 6, "_total") == 0;
}

/** What a target says of itself: its counters go on with the clock. */
static void add_metrics(struct server *s, struct str *body)
{
    s->told->scrapes++;
    for (size_t i = 0; s->names[i]; i++) {
        const char *name = s->names[i];
        if (is_counter(name)) {
            str_addf(body, "# TYPE %s counter\n", name); // that never fired
            continue;
        }
        str_addf(body, "# TYPE %s histogram\n", name);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            char le[16];
            snprintf(le, sizeof le, bucket < BOUNDS_END ? "%g" : "+Inf",
                bounds[bucket < BOUNDS_END ? bucket : 0]);
            double below = bucket < BOUNDS_END ? 1 - exp(-bounds[bucket] * 6) : 1;
            str_addf(body, "%s_bucket{le=\"%s\"} %.0f\n", name, le,
                below * (double)(s->told->clock_ms / 100));
        }
        str_addf(body, "%s_count %.0f\n%s_sum %.0f\n", name, (double)(s->told->clock_ms / 100),
            name, (double)(s->told->clock_ms / 600));
    }
    for (int pod = 0; pod < s->told->pods; pod++) {
        str_addf(body, "pods{pod=\"agent-%d\"} 1\n", pod);
    }
}

static int64_t number(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at ? (int64_t)(strtod(at + strlen(name), NULL) * 1000 + 0.5) : 0;
}

static void add_answer(struct server *s, struct str *body, const char *path, const char *text)
{
    struct asked a = {.text = text, .step_ms = 1};
    if (strncmp(path, "/metrics", 8) == 0) {
        add_metrics(s, body);
    } else if (strstr(path, "/query_range")) {
        s->told->ranges++;
        s->told->narrow += strstr(text, "%5B5m%5D") != NULL;
        a = (struct asked){
            text, number(text, "start="), number(text, "end="), number(text, "step="), true};
        if (a.last_ms - a.first_ms > s->told->longest_ms) {
            s->told->longest_ms = a.last_ms - a.first_ms;
        }
        add_samples(s, body, &a);
    } else if (strstr(path, "/query")) {
        s->told->instants++;
        a.first_ms = a.last_ms = number(text, "time=");
        add_samples(s, body, &a);
    } else if (strstr(path, "/values")) {
        str_add(body, "{\"status\":\"success\",\"data\":[");
        bool any = !strstr(text, "end=") || number(text, "end=") >= s->told->since_ms;
        for (size_t i = 0; any && s->names[i]; i++) {
            const char *name = s->names[i];
            bool counter = is_counter(name);
            str_addf(body, counter ? "%s\"%s\"" : "%s\"%s_bucket\",\"%s_count\",\"%s_sum\"",
                i ? "," : "", name, name, name);
        }
        str_add(body, "]}");
    } else if (strstr(path, "/buildinfo")) {
        str_add(body,
            "{\"status\":\"success\",\"data\":{\"version\":\"2.42.0\",\"goVersion\":\"go1.19\"}}");
    } else {
        str_add(body, "{\"status\":\"success\",\"data\":{}}");
    }
}

/** Fails in one of many ways. Returns whether the connection can be used on. */
static bool fail(struct server *s, int fd, struct str *good)
{
    static const struct {
        const char *status, *body;
    } answers[] = {
        {"500 Internal Server Error",
            "{\"status\":\"error\",\"errorType\":\"internal\",\"error\":\"disk\"}"},
        {"503 Service Unavailable", "Service Unavailable"},
        {"429 Too Many Requests", "later"},
        {"401 Unauthorized", "who are you"},
        {"404 Not Found", "404 page not found"},
        {"422 Unprocessable Entity",
            "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too many\"}"},
        {"200 OK", "<html>sign in</html>"},
        {"200 OK", ""},
        {"200 OK", "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[[[["},
        {"200 OK", "{\"status\":\"success\",\"data\":{\"resultType\":7,\"result\":{}}}"},
        {"200 OK", "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{"
                   "\"metric\":{\"le\":\"\\u001b[2J\"},\"value\":[1e999,\"1e999\"]}]}}"},
    };
    enum { ANSWERS = sizeof answers / sizeof *answers };
    unsigned way = draw(s, ANSWERS + 5);
    if (way < ANSWERS) {
        str_setf(good, "%s", answers[way].body);
        answer(s, fd, answers[way].status, good, 0);
        return true;
    }
    switch (way - ANSWERS) {
    case 0: // closed without a byte
        break;
    case 1: // reset
        setsockopt(
            fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
        break;
    case 2: // cut
        answer(s, fd, "200 OK", good, 100);
        break;
    case 3: // not HTTP
        send_all(fd, "SSH-2.0-OpenSSH\r\n", 17);
        break;
    default: // half of it, as if it were whole
        good->len /= 2;
        answer(s, fd, "200 OK", good, 0);
        return true;
    }
    return false;
}

/** Answers one whole request of LEN bytes. Returns whether the connection can be used on. */
static bool serve(struct server *s, struct connection *c, size_t len)
{
    char after = c->bytes[len], path[1024] = "";
    c->bytes[len] = '\0';
    struct str body;
    str_init(&body);
    sscanf(c->bytes, "%*s %1023[^? ]", path);
    bool joined = strstr(c->bytes, "%22ragtop_arm%22"); // when busy it seems far away
    if (!joined) {
        add_answer(s, &body, path, c->bytes);
    }
    bool refused = joined || (s->told->counts_failing && strstr(c->bytes, "%22window%22"));
    c->bytes[len] = after;
    bool good = true;
    if (s->told->ranges_failing && strstr(path, "/query_range") &&
        draw(s, 1000) < (unsigned)s->told->ranges_failing) {
        str_setf(&body, "<html>");
        answer(s, c->fd, "504 Gateway Time-out", &body, 0);
    } else if (refused || (s->told->refused && strstr(path, "/query") &&
                              draw(s, 1000) < (unsigned)s->told->refused)) {
        str_setf(&body, "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"much\"}");
        answer(s, c->fd, "422 Unprocessable Entity", &body, 0);
    } else if (draw(s, 1000) < (unsigned)s->told->failing) {
        s->told->failures++;
        good = fail(s, c->fd, &body);
    } else {
        answer(s, c->fd, "200 OK", &body, 0);
    }
    str_finish(&body);
    return good;
}

/** The bytes of the first request, or 0 when it is not whole yet. */
static size_t whole(const struct connection *c)
{
    const char *end = strstr(c->bytes, "\r\n\r\n"), *length = strstr(c->bytes, "Content-Length:");
    if (!end) {
        return 0;
    }
    size_t need = (size_t)(end + 4 - c->bytes);
    need += length && length < end ? strtoul(length + strlen("Content-Length:"), NULL, 10) : 0;
    check(need < REQUEST_MAX);
    return c->len >= need ? need : 0;
}

static void read_on(struct server *s, struct connection *c)
{
    ssize_t n = recv(c->fd, c->bytes + c->len, REQUEST_MAX - 1 - c->len, 0);
    bool open = n > 0;
    c->len += open ? (size_t)n : 0;
    c->bytes[c->len] = '\0';
    for (size_t len; open && (len = whole(c)) > 0;) {
        open = serve(s, c, len);
        memmove(c->bytes, c->bytes + len, c->len - len + 1);
        c->len -= len;
    }
    if (!open) {
        close(c->fd);
        c->fd = -1;
    }
}

static void take(struct server *s, int listener)
{
    int fd = accept(listener, NULL, NULL);
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
        if (s->connections[i].fd < 0) {
            s->connections[i].fd = fd;
            s->connections[i].len = 0;
            return;
        }
    }
    close(fd);
}

static _Noreturn void run(struct server *s, int listener)
{
    struct pollfd fds[CONNECTIONS_MAX + 1];
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
        s->connections[i].fd = -1;
    }
    for (;;) {
        fds[0] = (struct pollfd){.fd = listener, .events = POLLIN};
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
            fds[i + 1] = (struct pollfd){.fd = s->connections[i].fd, .events = POLLIN};
        }
        poll(fds, CONNECTIONS_MAX + 1, -1);
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
            if (fds[i + 1].revents && s->connections[i].fd >= 0) {
                read_on(s, &s->connections[i]);
            }
        }
        if (fds[0].revents) {
            take(s, listener);
        }
    }
}

void shaky_start(struct shaky *s, const char *const *names)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check(setenv("no_proxy", "127.0.0.1", 1) == 0); // whatever proxies the machine is set to
    check(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    check(listen(listener, 64) == 0);
    check(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    *s = (struct shaky){0};
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    s->told =
        mmap(NULL, sizeof *s->told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(s->told != MAP_FAILED);
    s->told->gap_first = INT64_MAX;
    s->pid = fork();
    check(s->pid >= 0);
    if (s->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        static struct server server;
        server = (struct server){.told = s->told, .names = names, .random = 1};
        run(&server, listener);
    }
    close(listener);
}

void shaky_stop(struct shaky *s)
{
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    munmap(s->told, sizeof *s->told);
    *s = (struct shaky){0};
}
