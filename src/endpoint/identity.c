#include "endpoint/identity.h"

#include <string.h>

#include "base/disk.h"
#include "base/system.h"

enum { FILE_MAX = 64 * 1024 };

void identity_wipe(struct str *s)
{
    system_forget(s->text, s->len);
    str_finish(s);
}

// One piece, with its length: two pieces never read as one.
static void add(struct str *out, const char *name, const char *value)
{
    if (value) {
        str_addf(out, "%s %zu ", name, strlen(value));
        str_add(out, value);
        str_addc(out, '\n');
    }
}

// --- JSON Web Tokens, RFC 7519: three parts in base64url, the second of which is a JSON object

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bool decode(const char *text, size_t len, struct str *out)
{
    unsigned bits = 0;
    int count = 0;
    for (size_t i = 0; i < len; i++) {
        int digit = digit_of(text[i]);
        if (digit < 0) {
            return false;
        }
        bits = bits << 6 | (unsigned)digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            str_addc(out, (char)(bits >> count & 0xff));
        }
    }
    return true;
}

// The end of the string whose first character, behind the quote, is *AT; NULL: it has none.
static const char *end_of_string(const char *at)
{
    while (*at && *at != '"') {
        at += *at == '\\' && at[1] ? 2 : 1;
    }
    return *at ? at : NULL;
}

// The text of the string that NAME has in the object JSON itself, as it is written there.
static bool find_claim(const char *json, const char *name, struct str *out)
{
    int depth = 0;
    for (const char *c = json; *c; c++) {
        depth += (*c == '{' || *c == '[') - (*c == '}' || *c == ']');
        if (*c != '"') {
            continue;
        }
        const char *start = c + 1, *end = end_of_string(start);
        if (!end) {
            return false;
        }
        c = end;
        bool is = depth == 1 && (size_t)(end - start) == strlen(name) &&
                  strncmp(start, name, strlen(name)) == 0;
        const char *value = end + 1 + strspn(end + 1, " \t\r\n");
        if (is && *value == ':') {
            value += 1 + strspn(value + 1, " \t\r\n");
            end = *value == '"' ? end_of_string(value + 1) : NULL;
            if (end) {
                str_append(out, value + 1, (size_t)(end - value - 1));
            }
            return end != NULL;
        }
    }
    return false;
}

static bool add_jwt(struct str *out, const char *token)
{
    const char *body = strchr(token, '.'), *end = body ? strchr(body + 1, '.') : NULL;
    struct str json, issuer, subject;
    str_init(&json);
    str_init(&issuer);
    str_init(&subject);
    bool good = end && decode(body + 1, (size_t)(end - body - 1), &json) &&
                find_claim(json.text, "iss", &issuer) && find_claim(json.text, "sub", &subject) &&
                subject.len > 0;
    if (good) {
        add(out, "issuer", issuer.text);
        add(out, "subject", subject.text);
    }
    identity_wipe(&json);
    str_finish(&issuer);
    str_finish(&subject);
    return good;
}

void identity_add_token(struct str *out, const char *token)
{
    const char *space = strrchr(token, ' ');
    if (!add_jwt(out, space ? space + 1 : token)) {
        add(out, "token", token);
    }
}

// What is in a file rotates, of a pod's account by the hour, so its path stands for it; but a JWT
// also says whom it is for, and that stays.
static void add_file(struct str *out, const char *name, const char *path)
{
    struct str content, why;
    add(out, name, path);
    if (!path) {
        return;
    }
    str_init(&content);
    str_init(&why);
    if (disk_read(path, DISK_FILE, FILE_MAX, 0, &content, &why) && content.len > 0) {
        content.text[strcspn(content.text, "\r\n")] = '\0';
        const char *space = strrchr(content.text, ' ');
        add_jwt(out, space ? space + 1 : content.text);
    }
    identity_wipe(&content);
    str_finish(&why);
}

// Temporary AWS keys are new every hour, for the same role: these begin with ASIA.
static void add_keys(struct str *out, const struct endpoint *s)
{
    add(out, "sigv4", s->sigv4);
    add(out, "aws_file", s->aws_file);
    add(out, "aws_profile", s->aws_profile);
    if (s->user && strncmp(s->user, "ASIA", 4) != 0) {
        add(out, "user", s->user);
    }
}

static void add_headers(struct str *out, const struct endpoint *s)
{
    for (size_t i = 0; i < s->headers_count; i++) {
        const char *header = s->headers[i];
        str_addf(out, "header %.*s\n", (int)strcspn(header, ":"), header);
        identity_add_token(out, header);
    }
    for (size_t i = 0; i < s->header_files_count; i++) {
        add(out, "header_file", s->header_files[i].name);
        add_file(out, "file", s->header_files[i].file);
    }
}

void identity_add(struct str *out, const struct endpoint *s)
{
    add(out, "url", s->url);
    add(out, "params", s->params);
    add(out, "proxy", s->proxy); // behind it the same name may be another host
    add(out, "server_name", s->server_name);
    add(out, "tenant", s->tenant);
    if (s->sigv4) {
        add_keys(out, s);
    } else {
        add(out, "user", s->user);
    }
    add(out, "user_name_file", s->user_name_file);
    add(out, "password_file", s->password_file);
    add(out, "netrc", s->netrc_file);
    if (s->token) {
        identity_add_token(out, s->token);
    }
    add_file(out, "token_file", s->bearer_token_file);
    add_headers(out, s);
    add(out, "cert_file", s->cert.file);
    add(out, "cert", s->cert.text);
}
