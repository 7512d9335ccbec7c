/*
 * Theme files.
 */
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "fuzz/target.h"
#include "theme/theme.h"

static void check_color(const struct color *c)
{
    check(c->c16 >= -1 && c->c16 < 16);
    check(c->c256 >= -1 && c->c256 < 256);
    check(c->rgb >= -1 && c->rgb <= 0xFFFFFF);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    struct theme theme;
    struct str why;
    str_init(&why);
    if (theme_parse(&theme, "t", text, &why)) {
        for (int i = 0; i < ROLE_COUNT; i++) {
            check_color(&theme.styles[i].fg);
            check_color(&theme.styles[i].bg);
        }
    } else {
        unsigned line, column;
        check(sscanf(why.text, "t:%u:%u: ", &line, &column) == 2);
        check(!strpbrk(why.text, "\n\r\033"));
    }
    str_finish(&why);
    free(text);
    return 0;
}
