#include "prom/complaint.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { REST_BYTES = 12 };

static void drop_before(struct str *s, const char *at)
{
    char *rest = mem_strdup(at);
    str_setf(s, "%s", rest);
    free(rest);
}

// `1:15: parse error: ...`
static size_t of_position(struct str *why, const char *expr)
{
    static const char words[] = ": parse error: ";
    const char *end = strstr(why->text, words);
    const char *p = end;
    while (p && p > why->text && p[-1] >= '0' && p[-1] <= '9') {
        p--;
    }
    if (!p || p == end || p == why->text || p[-1] != ':') {
        return 0;
    }
    unsigned long column = strtoul(p, NULL, 10);
    drop_before(why, end + 2);
    return column <= strlen(expr) + 1 ? column : 0;
}

// The end of EXPR that WHY quotes behind WORDS; of quoted text the beginning will do.
static size_t of_rest(const struct str *why, const char *words, const char *expr)
{
    const char *rest = strstr(why->text, words);
    if (!rest) {
        return 0;
    }
    rest += strlen(words);
    size_t len = strcspn(rest, "\"\\");
    len = len < REST_BYTES ? len : REST_BYTES;
    size_t found = 0;
    for (const char *p = expr; *p && len > 0; p++) {
        if (strncmp(p, rest, len) == 0) {
            found = (size_t)(p - expr) + 1;
        }
    }
    return found;
}

size_t complaint_place(struct str *why, const char *expr)
{
    static const char parameter[] = "invalid parameter \"query\": ";
    if (strncmp(why->text, parameter, sizeof parameter - 1) == 0) {
        drop_before(why, why->text + sizeof parameter - 1);
    }
    size_t place = of_position(why, expr);
    return place ? place : of_rest(why, "unparsed data left: \"", expr);
}

bool complaint_is_of_quotes(const char *why)
{
    return strstr(why, "unexpected string \"") && (strstr(why, "in label matching, expected") ||
                                                      strstr(why, "in grouping opts, expected"));
}
