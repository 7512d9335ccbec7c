#include "unit/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/file.h"

void yaml_read(struct config *out, const char *yaml)
{
    struct config_file file;
    struct str why;
    str_init(&why);
    *out = (struct config){0};
    if (!file_parse(&file, "test", yaml, strlen(yaml), &why) || !file_apply(&file, out, &why)) {
        fail_msg("%s", why.text);
    }
    file_finish(&file);
    str_finish(&why);
}
