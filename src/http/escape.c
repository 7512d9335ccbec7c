#include "http/client.h"

#include <string.h>

#include "base/str.h"

void http_add_escaped(struct str *s, const char *text)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";
    for (; *text; text++) {
        if (strchr(unreserved, *text)) {
            str_addc(s, *text);
        } else {
            str_addf(s, "%%%02X", (unsigned)(unsigned char)*text);
        }
    }
}
