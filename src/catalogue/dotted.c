#include "catalogue/dotted.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/** How the names of the conventions begin. */
static const char *const spaces[] = {"gen_ai_", "http_", "db_", "mcp_", "llm_", "rpc_", "error_",
    "server_", "client_", "network_", "k8s_", "service_", "pool_", NULL};

/** What is one word of a name: its underscores stay. */
static const char *const words[] = {"gen_ai", "time_to_first_token", "time_to_first_chunk",
    "time_per_output_token", "time_per_output_chunk", "invoke_agent", "execute_tool",
    "input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens",
    "reasoning_output_tokens", "status_code", "active_requests", "pending_requests", "wait_time",
    "use_time", "create_time", "chat_completions", "streaming_time_to_generate", NULL};

static const char *const parts[] = {"_bucket", "_count", "_sum", NULL};

/** What the unit, or the type, adds to a name. */
static const char *const units[] = {"_seconds", "_milliseconds", "_total", NULL};

static bool is_of_otel(const char *name)
{
    bool is = false;
    for (size_t i = 0; !is && spaces[i]; i++) {
        is = strncmp(name, spaces[i], strlen(spaces[i])) == 0;
    }
    return is;
}

/** The length of the word that begins the LEN bytes at NAME. */
static size_t word_length(const char *name, size_t len)
{
    size_t most = 0;
    for (size_t i = 0; words[i]; i++) {
        size_t n = strlen(words[i]);
        bool is = n <= len && memcmp(name, words[i], n) == 0 && (n == len || name[n] == '_');
        most = is && n > most ? n : most;
    }
    const char *end = memchr(name, '_', len);
    return most > 0 ? most : end ? (size_t)(end - name) : len;
}

/** Appends LEN bytes of NAME with dots between its words. */
static void add_words(struct str *s, const char *name, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t n = word_length(name + at, len - at);
        str_append(s, name + at, n);
        at += n;
        if (at < len) {
            str_addc(s, '.');
            at++;
        }
    }
}

/** The length of the one of ENDS that ends the LEN bytes of NAME; 0: none does. */
static size_t end_length(const char *name, size_t len, const char *const *ends)
{
    for (size_t i = 0; ends[i]; i++) {
        size_t n = strlen(ends[i]);
        if (len > n && memcmp(name + len - n, ends[i], n) == 0) {
            return n;
        }
    }
    return 0;
}

static void push(struct name_list *out, const char *name, size_t words_len, const char *rest)
{
    struct str s;
    str_init(&s);
    add_words(&s, name, words_len);
    str_add(&s, rest);
    names_push(out, s.text);
    str_finish(&s);
}

void dotted_push_metrics(struct name_list *out, const char *name)
{
    if (!is_of_otel(name)) {
        return;
    }
    size_t len = strlen(name), part = end_length(name, len, parts);
    size_t unit = end_length(name, len - part, units);
    push(out, name, len - part - unit, name + len - part - unit);
    if (unit > 0) {
        push(out, name, len - part - unit, name + len - part);
    }
    if (part > 0 && unit == 0) { // what ends like a part may be called so
        push(out, name, len, "");
    }
}

bool dotted_has_unit(const char *dotted)
{
    size_t len = strlen(dotted);
    return end_length(dotted, len - end_length(dotted, len, parts), units) > 0;
}

bool dotted_add_label(struct str *s, const char *name)
{
    bool is = is_of_otel(name);
    if (is) {
        add_words(s, name, strlen(name));
    }
    return is;
}

/** Whether the LEN bytes at DOTTED are those at NAME, a dot being an underscore. */
static bool same(const char *dotted, const char *name, size_t len)
{
    size_t n = 0;
    while (n < len && dotted[n] && (dotted[n] == name[n] || (dotted[n] == '.' && name[n] == '_'))) {
        n++;
    }
    return n == len;
}

bool dotted_is_label(const char *dotted, const char *name)
{
    size_t len = strlen(name);
    return strchr(dotted, '.') && strlen(dotted) == len && same(dotted, name, len);
}

bool dotted_is_metric(const char *dotted, const char *name)
{
    if (!strchr(dotted, '.')) {
        return false;
    }
    size_t len = strlen(name), part = end_length(name, len, parts);
    size_t unit = end_length(name, len - part, units), base = len - part - unit;
    return dotted_is_label(dotted, name) ||
           (unit > 0 && strlen(dotted) == base + part && same(dotted, name, base) &&
               strcmp(dotted + base, name + len - part) == 0);
}
