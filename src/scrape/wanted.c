#include "scrape/wanted.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool name_goes_on(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == ':' || (unsigned char)c >= 0x80;
}

/** Whether NAME of LEN bytes stands in TEXT as a whole word. */
static bool has_word(const char *text, const char *name, size_t len)
{
    for (const char *p = text; (p = strstr(p, name)); p++) {
        if ((p == text || !name_goes_on(p[-1])) && !name_goes_on(p[len])) {
            return true;
        }
    }
    return false;
}

size_t wanted_family(const char *name, size_t len)
{
    static const char *const parts[] = {"_bucket", "_sum", "_count"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t part = strlen(parts[i]);
        if (len > part && memcmp(name + len - part, parts[i], part) == 0) {
            return len - part;
        }
    }
    return len;
}

bool wanted_has(const char *wanted, const char *name, size_t len)
{
    char *metric = mem_strndup(name, len);
    bool has = has_word(wanted, metric, len);
    size_t family = wanted_family(name, len);
    if (!has && family < len) {
        metric[family] = '\0';
        has = has_word(wanted, metric, family);
    }
    free(metric);
    return has;
}
