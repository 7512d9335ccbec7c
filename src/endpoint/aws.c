#include "endpoint/aws.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/disk.h"
#include "base/mem.h"
#include "base/system.h"
#include "base/text.h"
#include "endpoint/secret.h"

enum { FILE_MAX = 1024 * 1024 };

/** Takes the white space off both ends of TEXT. */
static char *trimmed(char *text)
{
    text += strspn(text, " \t\r");
    size_t len = strlen(text);
    while (len && isspace((unsigned char)text[len - 1])) {
        text[--len] = '\0';
    }
    return text;
}

static bool is_section(char *line, const char *profile)
{
    size_t len = strlen(line);
    line[len - 1] = '\0'; // the bracket
    return strcmp(trimmed(line + 1), profile) == 0;
}

static void take(struct aws_keys *k, char *line)
{
    const struct {
        const char *name;
        char **value;
    } known[] = {{"aws_access_key_id", &k->id}, {"aws_secret_access_key", &k->secret},
        {"aws_session_token", &k->session_token}};
    char *equals = strchr(line, '=');
    if (!equals) {
        return;
    }
    *equals = '\0';
    const char *name = trimmed(line), *value = trimmed(equals + 1);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) == 0 && *value) {
            secret_wipe(*known[i].value);
            free(*known[i].value);
            *known[i].value = mem_strdup(value);
        }
    }
}

static void read_lines(struct aws_keys *k, char *text, const char *profile)
{
    bool mine = false;
    for (char *next; text; text = next) {
        next = strchr(text, '\n');
        if (next) {
            *next++ = '\0';
        }
        char *line = trimmed(text);
        if (*line == '[' && strchr(line, ']') == line + strlen(line) - 1) {
            mine = is_section(line, profile);
        } else if (mine && *line != '#' && *line != ';') {
            take(k, line);
        }
    }
}

bool aws_read_keys(struct aws_keys *out, const char *path, const char *profile, struct str *why)
{
    struct aws_keys keys = {0};
    struct str text;
    str_init(&text);
    profile = profile ? profile : "default";
    struct str reason;
    str_init(&reason);
    bool good = disk_read(path, DISK_FILE, FILE_MAX, 0, &text, &reason);
    if (!good) {
        str_setf(why, _("cannot read the AWS keys in %s: %s"), path, reason.text);
    } else {
        if (text.len) {
            size_t len = text.len;
            read_lines(&keys, text.text, profile);
            system_forget(text.text, len);
        }
        good = keys.id && keys.secret && secret_is_one_line(keys.id, strlen(keys.id)) &&
               secret_is_one_line(keys.secret, strlen(keys.secret));
        if (!good) {
            str_setf(why,
                _("%s has no aws_access_key_id and aws_secret_access_key under [%s]; sign in "
                  "first, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
                path, profile);
        }
    }
    str_finish(&text);
    str_finish(&reason);
    if (good) {
        *out = keys;
    } else {
        aws_keys_finish(&keys);
    }
    return good;
}

void aws_keys_finish(struct aws_keys *k)
{
    secret_wipe(k->id);
    secret_wipe(k->secret);
    secret_wipe(k->session_token);
    free(k->id);
    free(k->secret);
    free(k->session_token);
    *k = (struct aws_keys){0};
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/** Escapes what QUERY left as it is and a signature does not: the brackets of match[]. */
static char *escape_brackets(const char *query)
{
    struct str s;
    str_init(&s);
    for (; *query; query++) {
        if (*query == '[' || *query == ']') {
            str_add(&s, *query == '[' ? "%5B" : "%5D");
        } else {
            str_addc(&s, *query);
        }
    }
    return str_take(&s);
}

void aws_add_canonical(struct str *out, const char *query)
{
    char *text = escape_brackets(query);
    size_t count = 0, cap = 0;
    char **parts = NULL;
    for (char *part = text; part;) {
        char *next = strchr(part, '&');
        if (next) {
            *next++ = '\0';
        }
        if (*part) {
            mem_grow(&parts, count, &cap);
            parts[count++] = part;
        }
        part = next;
    }
    if (count) {
        qsort(parts, count, sizeof *parts, by_bytes);
    }
    for (size_t i = 0; i < count; i++) {
        str_addf(out, "%s%s", i ? "&" : "", parts[i]);
    }
    free(parts);
    free(text);
}
