#include "config/keys_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/origin.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/user_file.h"
#include "endpoint/endpoint.h"

bool keys_sigv4(const char *text, char **out, struct str *why)
{
    size_t colons = 0;
    for (const char *p = text; *p; p++) {
        colons += *p == ':';
    }
    size_t plain =
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:");
    if (text[plain] || (colons != 0 && colons != 3) || strstr(text, "::")) {
        str_setf(why, _("not a region; use eu-west-1, or aws:amz:eu-west-1:aps"));
        return false;
    }
    struct str s;
    str_init(&s);
    str_addf(&s, colons ? "%s" : "aws:amz:%s:aps", text);
    *out = str_take(&s);
    return true;
}

/** The length of the name of a region at the start of LEN bytes, where END is all that follows. */
static size_t region_length(const char *text, size_t len, const char *end)
{
    size_t end_len = strlen(end), region = len > end_len ? len - end_len : 0;
    size_t plain = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return region && plain == region && ascii_same_n(text + region, end, end_len) ? region : 0;
}

char *keys_sigv4_of(const char *url)
{
    static const char service[] = "aps-workspaces";
    static const char *const ends[] = {".amazonaws.com", ".amazonaws.com.cn", ".api.aws"};
    struct origin o;
    if (!origin_parse(&o, url) || !o.https || !origin_starts_with(&o, service)) {
        return NULL;
    }
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *region = o.host + sizeof service;
        size_t len = region_length(region, o.host_len - sizeof service, ends[i]);
        if (len) {
            str_addf(&s, "aws:amz:%.*s:aps", (int)len, region);
            return str_take(&s);
        }
    }
    return NULL;
}

/** NAME below the home directory, or what the variable VARIABLE says; NULL: neither is set. */
static char *usual_file(const struct config_input *input, enum env_id variable, const char *name)
{
    const char *given = input_env(input, variable), *home = input_env(input, ENV_HOME);
    struct str s;
    str_init(&s);
    if (!given && !home) {
        return NULL;
    }
    str_addf(&s, given ? "%s" : "%s/%s", given ? given : home, name);
    return str_take(&s);
}

bool keys_find_aws(
    struct endpoint *s, const struct config_input *input, const char *sigv4, struct str *why)
{
    const char *id = input_env(input, ENV_AWS_ACCESS_KEY_ID);
    const char *secret = input_env(input, ENV_AWS_SECRET_ACCESS_KEY);
    struct str user;
    str_init(&user);
    if (!s->user && id && secret) {
        str_addf(&user, "%s:%s", id, secret);
        endpoint_set_auth(s, user.text, NULL);
        s->aws_session_token = mem_strdup(input_env(input, ENV_AWS_SESSION_TOKEN));
        bool good = endpoint_is_user(user.text) &&
                    (!s->aws_session_token || plain_is_line(s->aws_session_token));
        if (!good) {
            str_setf(why, _("the AWS keys of the environment are not one line of text each"));
            str_finish(&user);
            return false;
        }
    } else if (!s->user) {
        s->aws_file = usual_file(input, ENV_AWS_SHARED_CREDENTIALS_FILE, ".aws/credentials");
        s->aws_profile = mem_strdup(input_env(input, ENV_AWS_PROFILE));
    }
    str_finish(&user);
    if (!s->user && !s->aws_file) {
        str_setf(why, _("no AWS keys: set %s and %s"), env_names[ENV_AWS_ACCESS_KEY_ID],
            env_names[ENV_AWS_SECRET_ACCESS_KEY]);
        return false;
    }
    free(s->sigv4);
    s->sigv4 = mem_strdup(sigv4);
    return true;
}

bool keys_find_netrc(struct endpoint *s, const struct config_input *input, struct str *why)
{
    char *path = usual_file(input, ENV_NETRC, ".netrc");
    struct str text;
    str_init(&text);
    bool good = path && user_file_read(path, DISK_FILE, &text, NULL, why);
    if (!path) {
        str_setf(why, _("--netrc: there is no home directory; set %s to the file"),
            env_names[ENV_NETRC]);
    }
    str_finish(&text);
    free(s->netrc_file);
    s->netrc_file = good ? path : NULL;
    if (!good) {
        free(path);
    }
    return good;
}

// What a container gets mounted is readable by all, who are alone in there.
static bool is_mounted(const char *path)
{
    return strncmp(path, "/run/secrets/", 13) == 0 || strncmp(path, "/var/run/secrets/", 17) == 0;
}

static void warn_of_file(struct config *c, const char *path)
{
    if (path && !is_mounted(path) && user_file_is_open_to_all(path)) {
        struct arena a = {0};
        const char *shown = plain_path(&a, path);
        config_warn(c,
            arena_printf(&a, _("anyone on this machine can read the secrets in %s: chmod 600 %s"),
                shown, shown));
        arena_finish(&a);
    }
}

void keys_warn(struct config *c, const struct endpoint *s)
{
    const char *const files[] = {s->bearer_token_file, s->password_file, s->key.file, s->netrc_file,
        s->aws_file, s->secrets_in};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        warn_of_file(c, files[i]);
    }
    for (size_t i = 0; i < s->header_files_count; i++) {
        warn_of_file(c, s->header_files[i].file);
    }
    if (s->insecure) {
        config_warn(
            c, _("the certificate of the server is not verified (-k): anyone could answer"));
    }
}
