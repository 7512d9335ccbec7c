#include "cache/queries.h"

#include <string.h>

#include "base/line.h"
#include "base/utf8.h"
#include "cache/kept.h"

static const char name[] = "queries";

static bool open_folder(struct folder *f, const char *directory)
{
    struct str why;
    str_init(&why);
    bool good = kept_open(f, directory, &why);
    str_finish(&why);
    return good;
}

static void read_lines(struct folder *f, int64_t now_ms, struct recall *r)
{
    struct str text, line;
    str_init(&text);
    str_init(&line);
    if (folder_read(f, name, now_ms, &text)) {
        for (char *p = text.text; *p;) {
            size_t len = strcspn(p, "\n");
            bool last = p[len] == '\0';
            p[len] = '\0';
            str_clear(&line);
            utf8_add_clean(&line, p, LINE_BYTES - 1);
            if (line.len < LINE_BYTES) { // cleaning makes it longer
                recall_add(r, line.text, QUERIES_MOST);
            }
            p += last ? len : len + 1;
        }
    }
    str_finish(&line);
    str_finish(&text);
}

void queries_read(const char *directory, int64_t now_ms, struct recall *r)
{
    struct folder f;
    if (open_folder(&f, directory)) {
        read_lines(&f, now_ms, r);
        folder_close(&f);
    }
}

void queries_keep(const char *directory, int64_t now_ms, const char *query)
{
    struct folder f;
    if (!open_folder(&f, directory)) {
        return;
    }
    struct recall r = {0};
    struct str text;
    str_init(&text);
    read_lines(&f, now_ms, &r);
    recall_add(&r, query, QUERIES_MOST);
    for (size_t i = 0; i < r.count; i++) {
        str_addf(&text, "%s\n", r.lines[i]);
    }
    folder_write(&f, name, text.text, text.len);
    str_finish(&text);
    recall_finish(&r);
    folder_close(&f);
}
