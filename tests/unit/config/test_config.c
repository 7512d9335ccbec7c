#include "config/config.h"
#include "config/keep.h"
#include "config/user_file.h"

#include "base/clock.h"
#include "config/limits.h"
#include "config/metric_key.h"
#include "config/profile.h"
#include "endpoint/endpoint.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST_WORDS = 16 };

#define HELD(array) (sizeof(array) / sizeof *(array))
#define STAGE "stages: [{name: a, latency: m}]\n"

static char home[] = "/tmp/ragtop-test-XXXXXX"; // holds the files of a test

static void path_of(char *path, size_t size, const char *name)
{
    snprintf(path, size, "%s/%s", home, name);
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    path_of(path, sizeof path, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static void remove_file(const char *name)
{
    char path[256];
    path_of(path, sizeof path, name);
    remove(path);
}

static int set_up(void **state)
{
    (void)state;
    static const char *const folders[] = {"ragtop", "ragtop/profiles"};
    if (!mkdtemp(home)) {
        return -1;
    }
    for (size_t i = 0; i < HELD(folders); i++) {
        char path[256];
        path_of(path, sizeof path, folders[i]);
        if (mkdir(path, 0700) != 0) {
            return -1;
        }
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"ragtop/config.yaml", "ragtop/profiles/mine.yaml",
        "given.yaml", "p.yaml", "q.yaml", "ragtop/profiles", "ragtop", ""};
    for (size_t i = 0; i < HELD(names); i++) {
        remove_file(names[i]);
    }
    return 0;
}

static const char *env(const char *name)
{
    return strcmp(name, "XDG_CONFIG_HOME") == 0 ? home : NULL;
}

static const char *env_without_home(const char *name)
{
    (void)name;
    return NULL;
}

/** config_load() with WORDS; `@` at the start of one stands for the test's folder. */
static bool load_with(struct config *c, const char *const *words,
    const char *(*environment)(const char *), struct str *why)
{
    char texts[MOST_WORDS][512], *argv[MOST_WORDS + 1] = {texts[0]};
    int argc = 1;
    snprintf(texts[0], sizeof texts[0], "ragtop");
    for (; words[argc - 1]; argc++) {
        const char *word = words[argc - 1];
        bool own = word[0] == '@';
        snprintf(texts[argc], sizeof texts[argc], "%s%s", own ? home : "", word + own);
        argv[argc] = texts[argc];
    }
    struct config_input input = {.argc = argc, .argv = argv, .env = environment};
    enum command command;
    return config_load(c, &command, &input, why);
}

static void load(struct config *c, const char *const *words)
{
    struct str why;
    str_init(&why);
    if (!load_with(c, words, env, &why)) {
        fail_msg("%s", why.text);
    }
    str_finish(&why);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void check_kotaemon(const struct config *c)
{
    assert_int_equal(c->stages_count, 2);
    const struct stage_config *retrieval = &c->stages[0], *generation = &c->stages[1];
    assert_string_equal(retrieval->name, "retrieval");
    assert_string_equal(retrieval->latency.metric, "kotaemon_retrieval_latency_seconds");
    assert_string_equal(retrieval->errors.metric, "kotaemon_error_total{stage=\"retrieval\"}");
    assert_int_equal(retrieval->children_count, 1);
    const struct stage_config *db = &retrieval->children[0];
    assert_string_equal(db->name, "vector_db");
    assert_string_equal(db->latency.metric, "vector_db_query_duration_seconds");
    assert_string_equal(db->saturation[0].name, "connections");
    assert_string_equal(db->saturation[0].used.metric, "vector_db_connections_active");
    assert_string_equal(db->saturation[0].limit.metric, "vector_db_connections_max");
    assert_string_equal(generation->name, "generation");
    assert_string_equal(generation->latency.metric, "kotaemon_generation_latency_seconds");
    assert_string_equal(generation->errors.metric, "kotaemon_error_total{stage=\"generation\"}");
    assert_string_equal(c->tools.calls.metric, "kotaemon_tool_call_total");
    assert_string_equal(c->tools.label, "tool_name");
    assert_string_equal(c->tools.errors.metric, "kotaemon_error_total{stage=\"tool_call\"}");
}

static void check_searches(const struct config *c)
{
    assert_int_equal(c->stages_count, 0);
    assert_true(c->profiles_count > 40);
    bool kotaemon = false;
    for (size_t i = 0; i < c->profiles_count; i++) {
        assert_true(c->profiles[i].detect.count > 0);
        kotaemon = kotaemon || strcmp(c->profiles[i].name, "kotaemon") == 0;
    }
    assert_true(kotaemon);
}

static void looks_for_every_component_by_default(void **state)
{
    (void)state;
    struct config c;
    remove_file("ragtop/config.yaml");
    load(&c, WORDS("report"));
    check_searches(&c);
    assert_memory_equal(c.directory, home, strlen(home));
    assert_string_equal(c.directory + strlen(home), "/ragtop");
    config_finish(&c);

    write_file("ragtop/config.yaml", "span: 2h\n");
    load(&c, WORDS("report"));
    check_searches(&c);
    assert_int_equal(c.span_ms, 2 * CLOCK_HOUR_MS);
    config_finish(&c);

    load(&c, WORDS("report", "-p", "kotaemon")); // its stages are the same everywhere
    check_kotaemon(&c);
    config_finish(&c);

    load(&c, WORDS("report", "-p", "vllm"));
    assert_int_equal(c.stages_count, 0);
    assert_int_equal(c.profiles_count, 1);
    config_finish(&c);

    write_file("ragtop/config.yaml", STAGE);
    load(&c, WORDS("report"));
    assert_int_equal(c.profiles_count, 0);
    assert_int_equal(c.stages_count, 1);
    assert_null(c.tools.label);
    config_finish(&c);

    write_file("ragtop/config.yaml", "stages_by_label: {latency: m, label: l}");
    load(&c, WORDS("report"));
    assert_int_equal(c.stages_count, 0);
    config_finish(&c);
}

static const struct profile *profile_called(const struct config *c, const char *name)
{
    const struct profile *found = NULL;
    for (size_t i = 0; i < c->profiles_count; i++) {
        if (c->profiles[i].name && strcmp(c->profiles[i].name, name) == 0) {
            assert_null(found);
            found = &c->profiles[i];
        }
    }
    return found;
}

#define OWN(name) "name: " name "\ndetect: [own_up]\nstages: [{name: a, latency: own_seconds}]\n"

static const char *or_none(const char *text)
{
    return text ? text : "-";
}

static void add_names(struct str *s, const struct name_list *names)
{
    for (size_t i = 0; i < names->count; i++) {
        str_addf(s, " %s", names->items[i]);
    }
    str_addc(s, '\n');
}

/** All that P is recognised by, and how much comes of it. */
static void describe(struct str *s, const struct profile *p)
{
    str_setf(s, "%s %s %d %d %s %s %s", or_none(p->name), or_none(p->title), p->role, p->generic,
        or_none(p->where), or_none(p->by), or_none(p->pod_label));
    add_names(s, &p->detect);
    add_names(s, &p->replaces);
    str_addf(s, "%zu stages, %zu edges, tools by %s", p->stages_count, p->edges_count,
        or_none(p->tools.label));
}

// Most are on no server: what is read of them later is no other than what a file would say.
static void reads_the_rest_of_a_profile_when_it_is_there(void **state)
{
    (void)state;
    struct str once, in_two, why;
    str_init(&once);
    str_init(&in_two);
    str_init(&why);
    for (const struct embedded_file *e = embedded_profiles; e->name; e++) {
        struct config whole = {0}, parts = {0};
        assert_true(profile_apply(e->name, e->text, strlen(e->text), true, &whole, &why));
        assert_true(profile_look_for(e, &parts, &why));
        struct profile *p = &parts.profiles[0];
        assert_non_null(p->unread);
        assert_int_equal(p->stages_count + p->edges_count, 0);
        profile_complete(p);
        profile_complete(p);
        assert_null(p->unread);
        describe(&once, &whole.profiles[0]);
        describe(&in_two, p);
        assert_string_equal(in_two.text, once.text);
        config_finish(&whole);
        config_finish(&parts);
    }
    str_finish(&once);
    str_finish(&in_two);
    str_finish(&why);
}

static void looks_for_the_users_own_profiles_as_well(void **state)
{
    (void)state;
    struct config c;
    remove_file("ragtop/config.yaml");
    load(&c, WORDS("report"));
    size_t built_in = c.profiles_count;
    assert_non_null(profile_called(&c, "vllm"));
    config_finish(&c);

    write_file("ragtop/profiles/mine.yaml", OWN("mine"));
    write_file("ragtop/profiles/vllm.yaml", OWN("ours"));
    write_file("ragtop/profiles/plain.yaml", STAGE);    // to be named
    write_file("ragtop/profiles/.mine.yaml", "x: [\n"); // of an editor
    write_file("ragtop/profiles/mine.yaml~", "x: [\n");
    load(&c, WORDS("report"));
    assert_int_equal(c.profiles_count, built_in + 1);
    assert_int_equal(c.stages_count, 0);
    assert_int_equal(c.warnings_count, 0);
    assert_non_null(profile_called(&c, "mine"));
    assert_non_null(profile_called(&c, "ours"));
    assert_null(profile_called(&c, "vllm"));
    config_finish(&c);
    load(&c, WORDS("-p", "vllm"));
    assert_string_equal(c.stages[0].latency.metric, "own_seconds");
    config_finish(&c);
    load(&c, WORDS("-p", "qdrant"));
    assert_non_null(profile_called(&c, "qdrant"));
    config_finish(&c);

    write_file("ragtop/config.yaml", STAGE); // what says its stages is not searched
    load(&c, WORDS("report"));
    assert_int_equal(c.profiles_count, 0);
    config_finish(&c);
    remove_file("ragtop/config.yaml");
    remove_file("ragtop/profiles/.mine.yaml");
    remove_file("ragtop/profiles/mine.yaml~");
    remove_file("ragtop/profiles/plain.yaml");
    remove_file("ragtop/profiles/vllm.yaml");
}

// One that is broken is told of, and the others are looked for.
static void a_broken_profile_is_a_warning(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"name: x\ndetect: [a]\nstages: [{name: a, latenzy: b}]\n", "3:20: unknown key 'latenzy'"},
        {"name: x\nstages: []\n", "1:7: the profile has no 'detect'; add detect: [METRIC] with a "},
        {"role: llm\nstages: []\n", "1:1: the profile has no 'detect'"},
        {"name: x\ndetct: [a]\nstages: []\n", "2:1: unknown key 'detct'; did you mean 'detect'?"},
        {"detct: [a]\nstages: []\n", "1:1: unknown key 'detct'; did you mean 'detect'?"},
        {"stagess: []\n", "1:1: unknown key 'stagess'; did you mean 'stages'?"},
        {"name: \"a b/../c\"\ndetect: [a]\n", "1:7: 'a b/../c' is not a profile name; use "},
        {"name: x\ndetect: [a]\nreplaces: vllm\nstages: [{name: a, latency: b}]\n",
            "3:11: 'replaces' must be a list"},
        {"name: x\ndetect: [a]\nreplaces: [{a: b}]\nstages: [{name: a, latency: b}]\n",
            "3:12: an entry of 'replaces' must be text"},
        {"name: x\ndetect: []\n", "2:9: 'detect' names no metric"},
        {"stages: [{name: a}]\n", "1:10: stage 'a' has no latency"},
        {"name: x\ndetect: [a]\nedges: [{to: b}]\n",
            "3:9: this entry of 'edges' has no 'metric'; "},
        {"name: x\ndetect: [a]\nedges: [{metric: b}]\n",
            "3:9: this entry of 'edges' has no 'to'; "},
        {"name: x\ndetect: [a]\nedges: [{metric: b, to: c-d}]\n", "3:25: "},
        {"name: x\nlinks: []\n", "2:1: 'links' belongs in "},
        {"x: [\n", "2:1: "},
    };
    struct config c;
    struct str wanted;
    str_init(&wanted);
    write_file("ragtop/profiles/mine.yaml", OWN("mine"));
    for (size_t i = 0; i < HELD(cases); i++) {
        write_file("ragtop/profiles/vllm.yaml", cases[i].text);
        load(&c, WORDS("report"));
        assert_non_null(profile_called(&c, "mine"));
        assert_non_null(profile_called(&c, "vllm")); // the built-in one
        assert_int_equal(c.stages_count, 0);
        assert_int_equal(c.warnings_count, 1);
        str_setf(&wanted, "%s/ragtop/profiles/vllm.yaml:%s", home, cases[i].why);
        if (strncmp(c.warnings[0], wanted.text, wanted.len) != 0) {
            fail_msg("%s is not %s", c.warnings[0], wanted.text);
        }
        assert_null(strchr(c.warnings[0], '\n'));
        config_finish(&c);
    }
    remove_file("ragtop/profiles/vllm.yaml");
    remove_file("ragtop/profiles/mine.yaml");
    str_finish(&wanted);
}

static void lets_the_nearest_win(void **state)
{
    (void)state;
    struct config c;
    write_file("ragtop/profiles/mine.yaml", "tools: {calls: m, label: l}\n" STAGE);
    write_file("p.yaml", "tools: {calls: c, label: l}\n");
    write_file("ragtop/config.yaml",
        "window: 1m\nspan: 20m\nrefresh: 20s\nselector: a=\"config\"\nprofiles: [kotaemon, mine]\n"
        "source: {url: 'http://config', timeout: 1s}\nbaseline: {kind: day}\n");

    load(&c, WORDS("-r", "30s", "-n", "ns"));
    assert_int_equal(c.window_ms, CLOCK_MINUTE_MS);
    assert_int_equal(c.span_ms, 20 * CLOCK_MINUTE_MS);
    assert_int_equal(c.refresh_ms, 30000);
    assert_string_equal(c.selector, "a=\"config\",namespace=\"ns\"");
    assert_int_equal(c.baseline, BASELINE_DAY);
    assert_string_equal(c.source.url, "http://config");
    assert_int_equal(c.source.timeout_ms, 1000);
    assert_int_equal(c.stages_count, 3);
    assert_string_equal(c.stages[2].name, "a");
    assert_string_equal(c.tools.calls.metric, "m"); // the later profile's
    config_finish(&c);

    load(&c, WORDS("-p", "mine", "-p", "@/p.yaml", "-b", "auto", "-l", "b='1'", "http://word"));
    assert_int_equal(c.baseline, BASELINE_AUTO);
    assert_string_equal(c.selector, "b='1'");
    assert_string_equal(c.source.url, "http://word");
    assert_int_equal(c.stages_count, 1);
    assert_string_equal(c.tools.calls.metric, "c");
    config_finish(&c);

    write_file("given.yaml", "profiles: [mine]\ntools: {calls: own, label: l}\n");
    load(&c, WORDS("-c", "@/given.yaml"));
    assert_string_equal(c.tools.calls.metric, "own");
    config_finish(&c);

    write_file("given.yaml", "span: 5m\n");
    load(&c, WORDS("-c", "@/given.yaml"));
    assert_int_equal(c.span_ms, 5 * CLOCK_MINUTE_MS);
    assert_string_equal(c.source.url, "http://localhost:9090");
    config_finish(&c);
}

static void keeps_credentials_with_their_server(void **state)
{
    (void)state;
    struct config c;
    write_file("ragtop/config.yaml", "source: {url: 'https://own/a', user: 'n:p', tenant: t, "
                                     "headers: ['Authorization: x']}\n");
    load(&c, WORDS("https://own:443/b"));
    assert_string_equal(c.source.user, "n:p");
    assert_int_equal(c.source.headers_count, 1);
    config_finish(&c);

    load(&c, WORDS("http://own/a", "-H", "X: y"));
    assert_null(c.source.user);
    assert_int_equal(c.source.headers_count, 1);
    assert_string_equal(c.source.headers[0], "X: y");
    assert_string_equal(c.source.tenant, "t");
    config_finish(&c);

    // nor is the client's certificate shown to another, or another left unverified
    write_file("ragtop/config.yaml",
        "source: {url: 'https://own', insecure: true, cert_file: /etc/passwd, "
        "key_file: /etc/group, ca_file: /etc/hosts, "
        "http_config: {tls_config: {server_name: own}}}\n");
    load(&c, WORDS("https://own/b"));
    assert_string_equal(c.source.cert.file, "/etc/passwd");
    assert_string_equal(c.source.key.file, "/etc/group");
    assert_string_equal(c.source.server_name, "own");
    assert_true(c.source.insecure);
    config_finish(&c);
    static const char *const others[] = {
        "https://own.evil", "https://own:444", "http://own:443", "https://ow", "https://own@evil"};
    for (size_t i = 0; i < HELD(others); i++) {
        load(&c, WORDS(others[i]));
        assert_null(c.source.cert.file);
        assert_null(c.source.key.file);
        assert_null(c.source.server_name);
        assert_string_equal(c.source.ca.file, "/etc/hosts");
        assert_false(c.source.insecure);
        config_finish(&c);
    }

    write_file("ragtop/config.yaml", "source: {bearer_token_file: f}\n");
    load(&c, WORDS("http://any"));
    assert_string_equal(c.source.bearer_token_file, "f");
    config_finish(&c);
    remove_file("ragtop/config.yaml");
}

static const char several[] =
    "selector: 'job=\"rag\"'\n"
    "sources:\n"
    "  - {name: eu, url: 'https://eu', bearer_token_file: eu.token, tenant: e}\n"
    "  - {name: us, url: 'https://us', user: 'n:p', selector: 'a=\"b\"', namespace: rag}\n"
    "  - {name: lab, url: 'https://us', timeout: 1s}\n";

static void reads_several_sources(void **state)
{
    (void)state;
    struct config c;
    write_file("ragtop/config.yaml", several);
    load(&c, WORDS("--tenant", "t", "-n", "x", "--timeout", "2s"));
    assert_int_equal(config_sources(&c), 3);
    struct config eu = config_of_source(&c, 0), us = config_of_source(&c, 1);
    struct config lab = config_of_source(&c, 2);
    assert_string_equal(eu.name, "eu");
    assert_string_equal(eu.source.url, "https://eu");
    assert_string_equal(eu.source.bearer_token_file, "eu.token");
    assert_string_equal(eu.source.tenant, "e"); // its own goes before the one for all
    assert_string_equal(eu.selector, "job=\"rag\",namespace=\"x\"");
    assert_string_equal(us.source.user, "n:p");
    assert_string_equal(us.source.tenant, "t");
    assert_string_equal(us.selector, "job=\"rag\",namespace=\"x\",a=\"b\",namespace=\"rag\"");
    assert_null(lab.source.user); // though it is the same server
    assert_int_equal(lab.source.timeout_ms, 2000);
    config_finish(&c);

    load(&c, WORDS("https://else")); // one alone
    assert_int_equal(c.sources_count, 0);
    assert_string_equal(c.source.url, "https://else");
    assert_null(c.source.user);
    config_finish(&c);

    load(&c, WORDS("--source", "us", "--source", "eu=https://eu:443/x", "--source",
                 "new=https://us/", "--source", "lab=https://elsewhere"));
    assert_int_equal(c.sources_count, 4);
    assert_string_equal(c.sources[0].source.user, "n:p");
    assert_string_equal(c.sources[1].source.bearer_token_file, "eu.token"); // the same server
    assert_null(c.sources[2].source.user);                                  // of another source
    assert_null(c.sources[3].source.user);
    assert_string_equal(c.sources[3].source.url, "https://elsewhere");
    config_finish(&c);
    remove_file("ragtop/config.yaml");
}

/** What was typed to say who asks is never sent to a server of the file. */
static void sends_no_typed_secret_to_servers_of_the_file(void **state)
{
    (void)state;
    static const char *const options[][2] = {{"-u", "a:b"}, {"-H", "A: b"}, {"--key", "k"},
        {"--bearer-token-file", "f"}, {"--cert", "c"}, {"--http-config", "@/given.yaml"}};
    write_file("ragtop/config.yaml", several);
    for (size_t i = 0; i < HELD(options); i++) {
        struct config c;
        struct str why;
        str_init(&why);
        assert_false(load_with(&c, WORDS(options[i][0], options[i][1]), env, &why));
        assert_non_null(strstr(why.text, " is not sent to source eu of the configuration file"));
        str_clear(&why);
        assert_false(load_with(&c,
            WORDS("--source", "x=h:1", "--source", "us", options[i][0], options[i][1]), env, &why));
        assert_non_null(strstr(why.text, " is not sent to source us of the configuration file"));
        str_finish(&why);
    }
    remove_file("ragtop/config.yaml");
}

/** Nor is what the file says of its only source sent to others. */
static void keeps_credentials_of_the_single_source(void **state)
{
    (void)state;
    struct config c;
    write_file("ragtop/config.yaml",
        "source: {url: 'https://own/a', user: 'n:p', tenant: t, insecure: true, cert_file: c, "
        "headers: ['Authorization: x'], timeout: 1s, proxy: 'http://p:1'}\n");
    load(&c, WORDS("--source", "own=https://own/b", "--source", "else=https://else"));
    assert_string_equal(c.sources[0].source.user, "n:p");
    assert_int_equal(c.sources[0].source.headers_count, 1);
    const struct endpoint *other = &c.sources[1].source;
    assert_false(endpoint_has_auth(other));
    assert_int_equal(other->headers_count, 0);
    assert_null(other->tenant);
    assert_null(other->cert.file);
    assert_false(other->insecure);
    assert_int_equal(other->timeout_ms, 1000);
    assert_string_equal(other->proxy, "http://p:1");
    config_finish(&c);

    write_file("ragtop/config.yaml", "source: {bearer_token_file: f}\n");
    load(&c, WORDS("--source", "any=http://any", "--source", "else=https://else"));
    assert_false(endpoint_has_auth(&c.sources[0].source));
    config_finish(&c);
    remove_file("ragtop/config.yaml");
}

static void merges_stages_by_name(void **state)
{
    (void)state;
    struct config c;
    // vector_db is replaced where it stands, generation too, cache comes last
    write_file("given.yaml",
        "profiles: [kotaemon]\n"
        "stages:\n"
        "  - {name: vector_db, latency: own_db}\n"
        "  - {name: cache, latency: own_cache}\n"
        "  - {name: generation, latency: own, children: [{name: gpu, latency: own_gpu}]}\n");
    load(&c, WORDS("-c", "@/given.yaml"));
    assert_int_equal(c.stages_count, 3);
    assert_string_equal(c.stages[0].name, "retrieval");
    assert_string_equal(c.stages[0].latency.metric, "kotaemon_retrieval_latency_seconds");
    assert_string_equal(c.stages[0].children[0].latency.metric, "own_db");
    assert_int_equal(c.stages[0].children[0].saturation_count, 0);
    assert_string_equal(c.stages[1].latency.metric, "own");
    assert_string_equal(c.stages[1].children[0].name, "gpu");
    assert_null(c.stages[1].errors.metric);
    assert_string_equal(c.stages[2].name, "cache");
    config_finish(&c);

    // a stage that belongs into a subtree which is replaced as well is not lost with it
    write_file("given.yaml", "profiles: [kotaemon]\n"
                             "stages:\n"
                             "  - {name: vector_db, latency: own_db}\n"
                             "  - {name: retrieval, latency: own}\n");
    load(&c, WORDS("-c", "@/given.yaml"));
    assert_int_equal(c.stages_count, 3);
    assert_string_equal(c.stages[0].latency.metric, "own");
    assert_string_equal(c.stages[2].name, "vector_db");
    config_finish(&c);

    struct str why, wanted;
    str_init(&why);
    str_init(&wanted);
    write_file("given.yaml", "profiles: [kotaemon]\n"
                             "stages:\n"
                             "  - name: search\n"
                             "    latency: own\n"
                             "    children:\n"
                             "      - {name: vector_db, latency: own_db}\n");
    assert_false(load_with(&c, WORDS("-c", "@/given.yaml"), env, &why));
    str_setf(&wanted,
        "%s/given.yaml:6:16: a stage called 'vector_db' exists already, from a profile; replace "
        "the stage it is part of",
        home);
    assert_string_equal(why.text, wanted.text);
    str_finish(&why);
    str_finish(&wanted);
}

static void finds_profiles(void **state)
{
    (void)state;
    struct config c;
    struct str why, wanted;
    str_init(&why);
    str_init(&wanted);
    remove_file("ragtop/config.yaml");

    assert_false(load_with(&c, WORDS("-p", "nope"), env, &why));
    assert_memory_equal(
        why.text, "--profile: unknown profile 'nope'; give the name of a component, or a file", 73);
    assert_non_null(strstr(why.text, "/ragtop/profiles"));

    assert_false(load_with(&c, WORDS("-p", "nope"), env_without_home, &why));
    assert_null(strstr(why.text, "/profiles"));

    write_file("given.yaml", "span: 1h\nprofiles:\n  - kotaemon\n  - nope\n");
    assert_false(load_with(&c, WORDS("-c", "@/given.yaml"), env, &why));
    str_setf(&wanted, "%s/given.yaml:4:5: unknown profile 'nope'; ", home);
    assert_memory_equal(why.text, wanted.text, wanted.len);

    write_file("q.yaml", "# nothing\n");
    assert_false(load_with(&c, WORDS("-p", "@/q.yaml"), env, &why));
    assert_string_equal(
        why.text, "nothing to watch: neither the configuration file nor a profile names a stage");

    write_file("ragtop/profiles/mine.yaml", "stages: [{name: x}]\n");
    assert_false(load_with(&c, WORDS("-p", "mine"), env, &why));
    str_setf(&wanted,
        "%s/ragtop/profiles/mine.yaml:1:10: stage 'x' has no latency; name its metric, or an "
        "expression under 'expr', or else its 'requests', 'saturation' or 'signals'",
        home);
    assert_string_equal(why.text, wanted.text);
    str_finish(&why);
    str_finish(&wanted);
}

#define PLACE " in HOME/ragtop/config.yaml; a profile only describes metrics"
#define KNOWN "'; known here: stages, stages_by_label, tools, pod_label"

/** TEXT with the test's folder in place of HOME. */
static void expand(struct str *out, const char *text)
{
    const char *at = strstr(text, "HOME");
    if (at) {
        str_append(out, text, (size_t)(at - text));
        str_add(out, home);
        text = at + strlen("HOME");
    }
    str_add(out, text);
}

/** However a profile comes to be read, it cannot say where to ask, by which way, or as whom. */
static void takes_nothing_but_metrics_from_a_profile(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why; // without the name of the file
    } cases[] = {
        // settings, in every way that YAML has to write them
        {STAGE "source: {proxy: 'http://somewhere'}\n", "2:1: 'source' belongs" PLACE},
        {"sources: [{name: a, url: 'h:1'}]\n" STAGE, "1:1: 'sources' belongs" PLACE},
        {STAGE "\"source\":\n  url: h\n", "2:1: 'source' belongs" PLACE},
        {STAGE "? source\n: {url: h}\n", "2:3: 'source' belongs" PLACE},
        {STAGE "!!str source: {url: h}\n", "2:1: 'source' belongs" PLACE},
        {STAGE "\"\\x73ource\": {url: h}\n", "2:1: 'source' belongs" PLACE},
        {STAGE "\"source\\0\": {url: h}\n", "2:1: 'source' belongs" PLACE},
        {"{stages: [{name: a, latency: m}], source: {}}", "1:35: 'source' belongs" PLACE},
        {"window: 5m\n" STAGE, "1:1: 'window' belongs" PLACE},
        {"refresh: 5s\n" STAGE, "1:1: 'refresh' belongs" PLACE},
        {"span: 5m\n" STAGE, "1:1: 'span' belongs" PLACE},
        {"selector: a=\"b\"\n" STAGE, "1:1: 'selector' belongs" PLACE},
        {"baseline: {file: x}\n" STAGE, "1:1: 'baseline' belongs" PLACE},
        {"profiles: [kotaemon]\n", "1:1: 'profiles' belongs" PLACE},
        {"theme: x\n" STAGE, "1:1: 'theme' belongs" PLACE},
        {"color: 16\n" STAGE, "1:1: 'color' belongs" PLACE},
        {"ascii: true\n" STAGE, "1:1: 'ascii' belongs" PLACE},
        {"pod_label: 'a-b'\n" STAGE, "1:12: 'a-b' is not a label name; letters, digits, _ and dots "
                                     "only, or any name in quotes, as in '\"a b\"'"},
        {"mouse: true\n" STAGE, "1:1: 'mouse' belongs" PLACE},
        {"keys: {q: quit}\n" STAGE, "1:1: 'keys' belongs" PLACE},
        {"links: [h]\n" STAGE, "1:1: 'links' belongs" PLACE},
        {"url: h\n" STAGE, "1:1: 'url' belongs under 'source'" PLACE},
        {"proxy: h\n" STAGE, "1:1: 'proxy' belongs under 'source'" PLACE},
        {"bearer_token_file: h\n" STAGE, "1:1: 'bearer_token_file' belongs under 'source'" PLACE},
        {"http_config: {proxy_url: h}\n" STAGE, "1:1: 'http_config' belongs under 'source'" PLACE},
        {"alertmanager: {url: h}\n" STAGE, "1:1: 'alertmanager' belongs" PLACE},
        {"read_only: true\n" STAGE, "1:1: 'read_only' belongs" PLACE},
        // what no file knows
        {"Source: {url: h}\n" STAGE, "1:1: unknown key 'Source" KNOWN},
        {"source.url: h\n" STAGE, "1:1: unknown key 'source.url" KNOWN},
        {"metrics: {source: {url: h}}\n" STAGE, "1:1: unknown key 'metrics" KNOWN},
        {"<<: {source: {url: h}}\n" STAGE, "1:1: unknown key '<<" KNOWN},
        {"? [source]\n: {url: h}\n", "1:3: a key must be text, not a list"},
        {"tools: {calls: c, label: l, url: h}\n",
            "1:29: unknown key 'url'; known here: calls, label, errors, latency, expr"},
        {"stages:\n  - {name: a, latency: m, source: {url: h}}\n",
            "2:27: unknown key 'source'; known here: name, latency, errors, requests, unit, slo, "
            "expr, saturation, pod, signals, assumed, separate, children"},
        // a second thing to read
        {STAGE "---\nsource: {url: h}\n", "2:1: a second document starts here; only one is read"},
        {STAGE "stages: []\n", "2:1: 'stages' is given twice, first on line 1"},
        {"x: &x {source: {url: h}}\n<<: *x\n" STAGE, "1:4: anchors (&) and aliases (*) are not "
                                                     "supported; write the value out, or in "
                                                     "quotes"},
    };
    struct str why, wanted;
    struct config c;
    str_init(&why);
    str_init(&wanted);
    write_file("ragtop/config.yaml", "source: {url: 'http://own', user: 'n:p'}\n");
    write_file("given.yaml", "profiles: [mine]\nsource: {url: 'http://own', user: 'n:p'}\n");
    for (size_t i = 0; i < HELD(cases); i++) {
        write_file("q.yaml", cases[i].text);
        assert_false(load_with(&c, WORDS("-p", "@/q.yaml"), env, &why));
        str_setf(&wanted, "%s/q.yaml:", home);
        expand(&wanted, cases[i].why);
        assert_string_equal(why.text, wanted.text);

        write_file("ragtop/profiles/mine.yaml", cases[i].text);
        str_setf(&wanted, "%s/ragtop/profiles/mine.yaml:", home);
        expand(&wanted, cases[i].why);
        assert_false(load_with(&c, WORDS("-p", "mine"), env, &why));
        assert_string_equal(why.text, wanted.text);
        assert_false(load_with(&c, WORDS("-c", "@/given.yaml"), env, &why));
        assert_string_equal(why.text, wanted.text);
    }
    remove_file("ragtop/config.yaml");

    write_file("q.yaml", "source: {}\n"); // where there is no home
    assert_false(load_with(&c, WORDS("-p", "@/q.yaml"), env_without_home, &why));
    str_setf(&wanted,
        "%s/q.yaml:1:1: 'source' belongs in the configuration file; a profile only describes "
        "metrics",
        home);
    assert_string_equal(why.text, wanted.text);
    str_finish(&why);
    str_finish(&wanted);
}

static const char *env_at_home(const char *name)
{
    return strcmp(name, "XDG_CONFIG_HOME") == 0 || strcmp(name, "HOME") == 0 ? home : NULL;
}

/** What names a file is refused where it stands; but not if an option took its place. */
static void points_at_files_that_cannot_be_used(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place, *why;
        const char *words[2]; // with them it is good
    } cases[] = {
        {"theme: nope", "2:8", "nope", {"--theme", "mono"}},
        {"theme: ~/none.theme", "2:8", "/none.theme", {"--theme", "mono"}},
        {"profiles: [kotaemon, ./none.yaml]", "2:22", "./none.yaml: this file cannot be read",
            {"-p", "kotaemon"}},
        {"profiles: [~/none.yaml]", "2:12", "/none.yaml: this file cannot be read: no such file",
            {"-p", "kotaemon"}},
        {"source: {url: 'http://h', ca_file: ~/none.pem}", "2:36", "cannot read the CA file /",
            {"--cacert", "@/given.yaml"}},
        {"source: {url: 'http://h', cert_file: /none.pem}", "2:38",
            "cannot read the certificate file /none.pem: no such file or directory",
            {"http://other"}},
        {"source: {url: 'http://h', key_file: ~/given.yaml}", "2:37", "needs a certificate",
            {"--cert", "@/given.yaml"}},
        {"source: {url: 'http://h', proxy: 'ftp://u:secret@p'}", "2:34",
            "the proxy's URL must begin with http://, https:// or socks5://",
            {"--proxy", "http://p"}},
        {"source: {url: 'http://h', http_config: {tls_config: {ca_file: none.pem}}}", "2:63",
            "none.pem: no such file or directory", {"--cacert", "@/given.yaml"}},
        {"sources: [{name: a, url: h}, {name: b, url: h, ca_file: /none.pem}]", "2:57",
            "cannot read the CA file /none.pem", {"--source", "a"}},
    };
    struct str why, wanted, text;
    struct config c;
    str_init(&why);
    str_init(&wanted);
    str_init(&text);
    for (size_t i = 0; i < HELD(cases); i++) {
        str_setf(&text, "span: 1h\n%s\n%s", cases[i].text, STAGE);
        write_file("given.yaml", text.text);
        str_clear(&why);
        assert_false(load_with(&c, WORDS("-c", "@/given.yaml"), env_at_home, &why));
        str_setf(&wanted, "%s/given.yaml:%s: ", home, cases[i].place);
        if (strncmp(why.text, wanted.text, wanted.len) != 0 || !strstr(why.text, cases[i].why)) {
            fail_msg("%s: %s", cases[i].text, why.text);
        }
        assert_null(strstr(why.text, "secret"));
        str_clear(&why);
        if (!load_with(&c, WORDS("-c", "@/given.yaml", cases[i].words[0], cases[i].words[1]),
                env_at_home, &why)) {
            fail_msg("%s: %s", cases[i].text, why.text);
        }
        config_finish(&c);
    }
    str_finish(&why);
    str_finish(&wanted);
    str_finish(&text);
}

/** A leading `~` is the home directory in the file as in options. */
static void expands_the_home_directory(void **state)
{
    (void)state;
    struct config c;
    struct str why, wanted;
    str_init(&why);
    str_init(&wanted);
    write_file("q.yaml", STAGE);
    write_file("given.yaml",
        "source: {url: 'http://h', bearer_token_file: ~/t, ca_file: ~/q.yaml}\n"
        "baseline: {kind: file, file: ~/b.rtb}\n"
        "profiles: [~/q.yaml]\n");
    if (!load_with(&c, WORDS("-c", "@/given.yaml"), env_at_home, &why)) {
        fail_msg("%s", why.text);
    }
    str_setf(&wanted, "%s/t", home);
    assert_string_equal(c.source.bearer_token_file, wanted.text);
    str_setf(&wanted, "%s/q.yaml", home);
    assert_string_equal(c.source.ca.file, wanted.text);
    str_setf(&wanted, "%s/b.rtb", home);
    assert_string_equal(c.baseline_file, wanted.text);
    assert_int_equal(c.baseline, BASELINE_FILE);
    assert_int_equal(c.stages_count, 1);
    config_finish(&c);
    if (!load_with(&c, WORDS("-c", "@/given.yaml", "-b", "day"), env_at_home, &why)) {
        fail_msg("%s", why.text);
    }
    assert_int_equal(c.baseline, BASELINE_DAY);
    config_finish(&c);
    str_finish(&why);
    str_finish(&wanted);
}

static void refuses_a_huge_file(void **state)
{
    (void)state;
    struct config c;
    struct str text, why, wanted;
    str_init(&text);
    str_init(&why);
    str_init(&wanted);
    while (text.len <= LIMIT_FILE_BYTES) {
        str_add(&text, "# a long comment that says nothing\n");
    }
    write_file("given.yaml", text.text);
    assert_false(load_with(&c, WORDS("-c", "@/given.yaml"), env, &why));
    str_setf(&wanted, "%s/given.yaml: this file cannot be read: it is larger than 1 MiB", home);
    assert_string_equal(why.text, wanted.text);
    str_finish(&text);
    str_finish(&why);
    str_finish(&wanted);
}

static void tells_units_by_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double to_seconds;
    } cases[] = {{"a_seconds", 1}, {"a_seconds_total", 1}, {"a_ms_p95", 1e-3}, {"a_s_avg", 1},
        {"a_usec_max", 1e-6}, {"a_seconds_bucket", 1}, {"a_minutes", 60}, {"a_hours_sum", 3600},
        {"a_days", 86400}, {"a_min", 0}, {"a_p99", 0}, {"a", 0}, {"seconds", 0}, {"a_ms_late", 0},
        {"a_pods", 0}, {"_", 0}, {"", 0}};
    for (size_t i = 0; i < HELD(cases); i++) {
        double unit = metric_key_unit_of(cases[i].name);
        assert_true(unit >= cases[i].to_seconds && unit <= cases[i].to_seconds);
    }
}

static void keeps_stages_in_a_file(void **state)
{
    (void)state;
    char url[] = "http://prom'x:9090/a", selector[] = "ns=\"it's\"";
    const struct config from = {.source = {.url = url}};
    const struct config within = {.source = {.url = url}, .selector = selector};
    static const char stages[] = "stages: [{name: a, latency: a_seconds}]\n";
    struct keep k;
    struct str why, text;
    struct stat st;
    char path[256];
    str_init(&why);
    str_init(&text);
    path_of(path, sizeof path, "kept/deep/c.yaml");
    assert_true(keep_prepare(&k, path, &from, stages, NULL, &why));
    assert_false(k.exists);
    assert_true(keep_write(&k, &why));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_string_equal(k.text.text, "source:\n  url: 'http://prom''x:9090/a'\n"
                                     "stages: [{name: a, latency: a_seconds}]\n");
    assert_false(keep_write(&k, &why)); // it is there now
    assert_non_null(strstr(why.text, "has come about meanwhile"));
    keep_finish(&k);
    write_file("kept/deep/c.yaml", "theme: nord"); // without a line end
    assert_true(keep_prepare(&k, path, &from, stages, NULL, &why));
    assert_true(k.exists);
    assert_true(keep_write(&k, &why));
    assert_true(user_file_read(path, DISK_FILE, &text, NULL, &why));
    assert_string_equal(text.text, "theme: nord\nstages: [{name: a, latency: a_seconds}]\n");
    keep_finish(&k);
    write_file("kept/deep/c.yaml", "theme: nord\n"); // all of the server, where one part was seen
    assert_false(keep_prepare(&k, path, &within, stages, NULL, &why));
    assert_non_null(strstr(why.text, "found with the selector ns=\"it's\", and "));
    keep_finish(&k);
    str_clear(&why);
    write_file("kept/deep/c.yaml", "selector: ns=\"it's\"\n");
    assert_true(keep_prepare(&k, path, &within, stages, NULL, &why));
    keep_finish(&k);
    assert_false(keep_prepare(&k, path, &from, stages, NULL, &why));
    assert_non_null(strstr(why.text, "found without a selector, and "));
    keep_finish(&k);
    str_clear(&why);
    remove_file("kept/deep/c.yaml");
    assert_true(keep_prepare(&k, path, &within, stages, NULL, &why));
    assert_string_equal(k.text.text, "source:\n  url: 'http://prom''x:9090/a'\n"
                                     "selector: 'ns=\"it''s\"'\n"
                                     "stages: [{name: a, latency: a_seconds}]\n");
    keep_finish(&k);
    static const char *const unfit[][2] = {
        {"stages: []\n", "stages"}, {"profiles: [vllm]\n", "names profiles"}, {"{span: 1h}\n", ""}};
    for (size_t i = 0; i < HELD(unfit); i++) {
        write_file("kept/deep/c.yaml", unfit[i][0]);
        str_clear(&why);
        assert_false(keep_prepare(&k, path, &from, stages, NULL, &why));
        assert_true(why.len > 0 && strstr(why.text, unfit[i][1]));
        keep_finish(&k);
    }
    remove_file("kept/deep/c.yaml");
    remove_file("kept/deep");
    remove_file("kept");
    str_finish(&text);
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_units_by_names),
        cmocka_unit_test(looks_for_every_component_by_default),
        cmocka_unit_test(reads_the_rest_of_a_profile_when_it_is_there),
        cmocka_unit_test(looks_for_the_users_own_profiles_as_well),
        cmocka_unit_test(a_broken_profile_is_a_warning),
        cmocka_unit_test(lets_the_nearest_win),
        cmocka_unit_test(keeps_credentials_with_their_server),
        cmocka_unit_test(reads_several_sources),
        cmocka_unit_test(sends_no_typed_secret_to_servers_of_the_file),
        cmocka_unit_test(keeps_credentials_of_the_single_source),
        cmocka_unit_test(merges_stages_by_name),
        cmocka_unit_test(finds_profiles),
        cmocka_unit_test(takes_nothing_but_metrics_from_a_profile),
        cmocka_unit_test(points_at_files_that_cannot_be_used),
        cmocka_unit_test(expands_the_home_directory),
        cmocka_unit_test(refuses_a_huge_file),
        cmocka_unit_test(keeps_stages_in_a_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
