#include "emit/markdown.h"

void markdown_add_cell(struct str *s, const char *text)
{
    str_add(s, " ");
    for (; text && *text; text++) {
        if (*text == '|' || *text == '\\' || *text == '`' || *text == '<') {
            str_addc(s, '\\');
        }
        str_addc(s, *text);
    }
    str_add(s, " |");
}
