#include "http/handle.h"

#include "base/check.h"

void handle_expect(CURLcode code)
{
    if (code == CURLE_OUT_OF_MEMORY) {
        check_die("out of memory");
    }
    check(code == CURLE_OK);
}

void handle_expect_multi(CURLMcode code)
{
    if (code == CURLM_OUT_OF_MEMORY) {
        check_die("out of memory");
    }
    check(code == CURLM_OK);
}
