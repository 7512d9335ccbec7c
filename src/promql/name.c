#include "promql/name.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

size_t name_classic_length(const char *p, bool metric)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '_' || (metric && p[n] == ':')) {
        n++;
    }
    return isdigit((unsigned char)p[0]) ? 0 : n;
}

size_t name_plain_length(const char *p, bool metric)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '_' || p[n] == '.' || (metric && p[n] == ':') ||
           (unsigned char)p[n] >= 0x80) {
        n++;
    }
    return isdigit((unsigned char)p[0]) || p[0] == '.' ? 0 : n;
}

bool name_is_classic_label(const char *name)
{
    size_t len = name_classic_length(name, false);
    return len > 0 && name[len] == '\0';
}

size_t name_length(const char *metric)
{
    size_t len = strcspn(metric, "{");
    while (len > 0 && (metric[len - 1] == ' ' || metric[len - 1] == '\t')) {
        len--;
    }
    return len;
}

void name_add_label(struct str *s, const char *name)
{
    if (name_is_classic_label(name)) {
        str_add(s, name);
    } else {
        str_add_quoted(s, name);
    }
}

void name_add_written(struct str *s, const char *metric)
{
    size_t len = name_length(metric);
    const char *own = strchr(metric, '{');
    if (len > 0 && name_plain_length(metric, true) == len) {
        str_add(s, metric);
        return;
    }
    char *name = mem_strndup(metric, len);
    str_addc(s, '{');
    str_add_quoted(s, name);
    str_addf(s, "%s%s", own && own[1] != '}' ? "," : "", own ? own + 1 : "}");
    free(name);
}

void name_add_written_label(struct str *s, const char *name)
{
    size_t len = name_plain_length(name, false);
    if (len > 0 && !name[len]) {
        str_add(s, name);
    } else {
        str_add_quoted(s, name);
    }
}
