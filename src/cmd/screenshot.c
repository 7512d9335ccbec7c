#include <stdio.h>

#include "base/status.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "draw/frame.h"
#include "export/picture.h"
#include "export/report.h"
#include "pages/pages.h"

static void add_picture(
    struct str *s, struct oneshot *o, const struct config *config, const struct theme *theme)
{
    struct canvas c;
    canvas_init(&c, config->size.columns, config->size.rows);
    o->bindings = &config->bindings;
    oneshot_view(o, config->size.columns, config->size.rows);
    bool colors = config->format == FORMAT_SVG ||
                  (config->format == FORMAT_ANSI && config->color != COLOR_NEVER &&
                      config->color != COLOR_16);
    bool shades = colors && theme_has_shades(theme);
    frame_draw(&c, &o->view, config->ascii ? GLYPHS_ASCII : shades ? GLYPHS_SOLID : GLYPHS_SHADES);
    if (config->format == FORMAT_ANSI) {
        picture_add_ansi(s, &c, theme, config->color);
    } else if (config->format == FORMAT_SVG) {
        picture_add_svg(s, &c, theme);
    } else {
        canvas_add_text(&c, s);
    }
    canvas_finish(&c);
}

int screenshot_command(const struct config *config, const struct theme *theme)
{
    struct oneshot o = {0};
    struct str s, why;
    str_init(&s);
    str_init(&why);
    int status = STATUS_USAGE;
    enum page page;
    if (page_first(config->page, &page, &why) && oneshot_run(&o, config, page, &why)) {
        add_picture(&s, &o, config, theme);
        status = report_exit_status(oneshot_verdict(&o));
        status =
            oneshot_print(&s, N_("the picture cannot be written: %s")) ? status : STATUS_UNKNOWN;
    } else {
        fprintf(stderr, "ragtop: %s\n", why.text);
    }
    oneshot_finish(&o);
    str_finish(&s);
    str_finish(&why);
    return status;
}
