/*
 * usage: fuzz_TARGET FOLDER...
 * Runs a fuzz target on every file of the folders, where there is no libFuzzer. Fails when a
 * folder has none.
 */
#include <dirent.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "fuzz/target.h"

static bool replay(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return false;
    }
    struct str s;
    str_init(&s);
    char bytes[4096];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;) {
        str_append(&s, bytes, n);
    }
    fclose(f);
    // a copy of exactly that size, so that reading past its end is seen
    uint8_t *data = mem_resize(NULL, s.len, 1);
    memcpy(data, s.text, s.len);
    LLVMFuzzerTestOneInput(data, s.len);
    free(data);
    str_finish(&s);
    return true;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int count = 0;
        DIR *folder = opendir(argv[i]);
        for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
            struct str path;
            str_init(&path);
            str_addf(&path, "%s/%s", argv[i], entry->d_name);
            if (entry->d_name[0] != '.') {
                fprintf(stderr, "%s\n", path.text); // the last one named is the culprit
                count += replay(path.text);
            }
            str_finish(&path);
        }
        if (folder) {
            closedir(folder);
        }
        if (count == 0) {
            fprintf(stderr, "%s: no inputs\n", argv[i]);
            return 1;
        }
    }
    return argc > 1 ? 0 : 2;
}
