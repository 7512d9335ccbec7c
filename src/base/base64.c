#include "base/base64.h"

void base64_add(struct str *s, const void *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *b = bytes;
    for (size_t i = 0; i < len; i += 3) {
        unsigned long v = (unsigned long)b[i] << 16 |
                          (i + 1 < len ? (unsigned long)b[i + 1] << 8 : 0) |
                          (i + 2 < len ? b[i + 2] : 0);
        str_addc(s, digits[v >> 18 & 63]);
        str_addc(s, digits[v >> 12 & 63]);
        str_addc(s, i + 1 < len ? digits[v >> 6 & 63] : '=');
        str_addc(s, i + 2 < len ? digits[v & 63] : '=');
    }
}
