// What any program that uses libcurl and ncurses costs: both are started, a word is on the screen.
#include <curl/curl.h>
#include <ncurses.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    CURL *easy = curl_easy_init();
    initscr();
    start_color();
    addstr("minimal");
    refresh();
    pause();
    endwin();
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
    curl_global_cleanup();
    return multi && easy ? EXIT_SUCCESS : EXIT_FAILURE;
}
