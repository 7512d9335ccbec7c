#include "http/answer_headers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *header(CURL *easy, const char *name)
{
    struct curl_header *found;
    bool there = curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK;
    return there ? found->value : NULL;
}

static int64_t retry_after(const char *text, int64_t server_ms)
{
    if (!text) {
        return -1;
    }
    int64_t seconds;
    if (isdigit((unsigned char)*text)) {
        char *end;
        seconds = strtoll(text, &end, 10);
        if (end[strspn(end, " \t")]) {
            return -1;
        }
    } else { // a date, by the clock of the server: ours may differ
        time_t until = curl_getdate(text, NULL);
        if (until < 0 || server_ms < 0) {
            return -1;
        }
        seconds = (int64_t)until - server_ms / 1000;
    }
    return seconds < 0 ? 0 : seconds > HTTP_RETRY_MAX_S ? HTTP_RETRY_MAX_S : seconds;
}

void answer_read_moments(CURL *easy, struct http_reply *reply)
{
    const char *date = header(easy, "Date");
    time_t server = date ? curl_getdate(date, NULL) : -1;
    reply->server_ms = server < 0 ? -1 : (int64_t)server * 1000;
    reply->retry_after_s = retry_after(header(easy, "Retry-After"), reply->server_ms);
}
