#include "unit/http/served.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifndef TEST_DIR
#error "TEST_DIR must name the folder that holds http/misbehave.py"
#endif

struct served served;

struct server server_start(const char *const *args)
{
    const char *argv[8] = {"/usr/bin/python3", TEST_DIR "/http/misbehave.py"};
    for (size_t i = 0; args && args[i]; i++) {
        argv[i + 2] = args[i];
    }
    int in[2], out[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    // the server ends when its stdin closes, so no other child may hold this end
    fcntl(in[1], F_SETFD, FD_CLOEXEC);
    struct server s = {.in = in[1]};
    s.pid = fork();
    if (s.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    FILE *port = fdopen(out[0], "r");
    assert_int_equal(fscanf(port, "%d", &s.port), 1);
    fclose(port);
    return s;
}

void server_stop(struct server *s)
{
    close(s->in);
    waitpid(s->pid, NULL, 0);
}

char *field(const char *text)
{
    char *same;
    memcpy(&same, &text, sizeof same);
    return same;
}

struct http_options client_options(const char *url)
{
    return (struct http_options){.endpoint = {.url = field(url), .timeout_ms = TIMEOUT_MS},
        .connections = 2,
        .body_max = BODY_MAX};
}

struct http_client *client_create(const struct http_options *options)
{
    struct str why;
    str_init(&why);
    struct http_client *c = http_create(options, &why);
    if (!c) {
        fail_msg("%s", why.text);
    }
    str_finish(&why);
    return c;
}

struct http_client *client_for(const char *prefix)
{
    char url[200];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", served.plain.port, prefix);
    struct http_options options = client_options(url);
    return client_create(&options);
}

struct http_reply client_next(struct http_client *c)
{
    struct http_reply reply;
    while (!http_next(c, &reply)) {
        assert_true(http_pending(c) > 0);
        http_wait(c, NULL, 0, TIMEOUT_MS);
    }
    return reply;
}

struct http_reply client_ask(struct http_client *c, struct http_request request)
{
    http_start(c, &request);
    return client_next(c);
}

struct http_reply client_get(struct http_client *c, const char *path)
{
    return client_ask(c, (struct http_request){.path = path});
}

void client_start_many(struct http_client *c, const char *path, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        http_start(c, &(struct http_request){.path = path, .tag = i});
    }
}

long clerk_counted(const char *name)
{
    struct http_reply reply = client_get(served.clerk, "/-/stats");
    char key[40];
    snprintf(key, sizeof key, "\"%s\": ", name);
    const char *found = strstr(reply.body, key);
    assert_non_null(found);
    return strtol(found + strlen(key), NULL, 10);
}

int bound_socket(int *port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
    }
}

void assert_last_has(const char *part)
{
    assert_has(client_get(served.clerk, "/-/stats").body, part);
}

void assert_last_lacks(const char *part)
{
    struct http_reply reply = client_get(served.clerk, "/-/stats");
    if (strstr(reply.body, part)) {
        fail_msg("\"%s\" contains \"%s\"", reply.body, part);
    }
}

void clerk_reset(void)
{
    while (clerk_counted("holding") > 0) { // left over from the test before, and released
    }
    assert_int_equal(client_get(served.clerk, "/-/reset").status, 200);
}

void assert_why(const struct http_reply *reply, int port, const char *expected)
{
    char place[40], text[400];
    snprintf(place, sizeof place, "127.0.0.1:%d", port);
    const char *at = strstr(reply->why, place);
    if (at) {
        snprintf(text, sizeof text, "%.*sHOST:PORT%s", (int)(at - reply->why), reply->why,
            at + strlen(place));
    } else {
        snprintf(text, sizeof text, "%s", reply->why);
    }
    assert_string_equal(text, expected);
}

int served_set_up(void **state)
{
    (void)state;
    static const char *const vars[] = {
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    for (size_t i = 0; i < sizeof vars / sizeof *vars; i++) {
        unsetenv(vars[i]);
    }
    snprintf(served.folder, sizeof served.folder, "/tmp/test_http.XXXXXX");
    assert_non_null(mkdtemp(served.folder));
    served.plain = server_start(NULL);
    served.clerk = client_for("");
    return 0;
}

int served_tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"token", "cert.pem", "key.pem"};
    http_destroy(served.clerk);
    server_stop(&served.plain);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[100];
        snprintf(path, sizeof path, "%s/%s", served.folder, names[i]);
        unlink(path);
    }
    return rmdir(served.folder);
}
