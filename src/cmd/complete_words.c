#include <stdio.h>
#include <stdlib.h>

#include "base/disk.h"
#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "config/limits.h"
#include "config/offer.h"
#include "pages/pages.h"

int complete_command(const struct config *config, const char *home)
{
    const char *pages[PAGE_COUNT + 1];
    struct str typed, out, why;
    str_init(&typed);
    str_init(&out);
    str_init(&why);
    int status = 0;
    if (disk_read("/dev/stdin", DISK_HANDED, LIMIT_FILE_BYTES, DISK_SILENCE_MS, &typed, &why)) {
        struct offer o = {.pages = pages, .config = config, .home = home};
        page_names(pages);
        o.words = offer_split(typed.text, typed.len, &o.count);
        offer_add(&out, &o);
        free(o.words);
        fputs(out.text, stdout);
    } else {
        oneshot_say(
            _("the words to complete cannot be read from the standard input: %s"), why.text);
        status = STATUS_USAGE;
    }
    str_finish(&typed);
    str_finish(&out);
    str_finish(&why);
    return status;
}
