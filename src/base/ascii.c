#include "base/ascii.h"

#include <stdint.h>

char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool ascii_same(const char *a, const char *b)
{
    return ascii_same_n(a, b, SIZE_MAX);
}

bool ascii_same_n(const char *a, const char *b, size_t len)
{
    size_t i = 0;
    while (i < len && a[i] && ascii_lower(a[i]) == ascii_lower(b[i])) {
        i++;
    }
    return i == len || ascii_lower(a[i]) == ascii_lower(b[i]);
}
