#include "series/scrape_pool.h"

#include <math.h>
#include <string.h>

struct scrape_pool scrape_pool_read(struct arena *a, const char *pool)
{
    static const char *const kinds[][2] = {
        {"serviceMonitor/", "ServiceMonitor"}, {"podMonitor/", "PodMonitor"}, {"probe/", "Probe"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t len = strlen(kinds[i][0]);
        char *namespace = strncmp(pool, kinds[i][0], len) == 0 ? arena_strdup(a, pool + len) : NULL;
        char *name = namespace ? strchr(namespace, '/') : NULL;
        char *end = name ? strchr(name + 1, '/') : NULL; // which endpoint of it; a probe has none
        if (name) {
            *name = '\0';
            if (end) {
                *end = '\0';
            }
            return (struct scrape_pool){kinds[i][1], namespace, name + 1};
        }
    }
    return (struct scrape_pool){.name = pool};
}

bool scrape_pool_is_of_control_plane(const struct scrape_pool *pool)
{
    return pool->kind && strncmp(pool->name, "kube-", strlen("kube-")) == 0 &&
           (strcmp(pool->namespace, "monitoring") == 0 ||
               strcmp(pool->namespace, "kube-system") == 0);
}

bool scrape_pool_is_empty(const struct list *targets, const char *pool)
{
    for (size_t i = 0; i < targets->count; i++) {
        if (strcmp(list_text(targets, i, "pool"), pool) == 0) {
            return false;
        }
    }
    return targets->left_out == 0;
}

double scrape_pool_dropped(const struct list *dropped, const char *pool)
{
    for (size_t i = 0; dropped && i < dropped->count; i++) {
        if (strcmp(list_text(dropped, i, "pool"), pool) == 0) {
            return list_number(dropped, i, "dropped");
        }
    }
    return dropped ? 0 : NAN;
}
