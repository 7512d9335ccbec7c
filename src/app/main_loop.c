#include "app/main_loop.h"

#include <signal.h>
#include <unistd.h>

#include "app/action.h"
#include "app/alarm.h"
#include "app/appearance.h"
#include "app/screen.h"
#include "app/signals.h"
#include "app/wall.h"
#include "base/clock.h"
#include "base/text.h"
#include "tape/recorder.h"
#include "term/term.h"

enum { KEYS_PER_TURN = 64, CROWD_MS = 50 };

/** Bits beside enum reaction: what the world did. */
enum { CHANGED_DATA = 1 << 8, CHANGED_SIZE = 1 << 9, CHANGED_CLOCK = 1 << 10 };

static unsigned take_keys(struct app *app)
{
    unsigned bits = 0;
    for (int i = 0; i < KEYS_PER_TURN; i++) { // pasted text must not hold up the data
        keystroke pressed = term_next_key();
        if (pressed == KEY_CODE_NONE) {
            break;
        }
        if (pressed == KEY_CODE_EOF) {
            return REACTION_QUIT;
        }
        // typed ahead: what this key is about, the one before may have changed; a paste is text
        if (app->outdated && app->pasted_ms == 0) {
            int columns, rows;
            term_size(&columns, &rows);
            screen_view(app, columns, rows);
        }
        unsigned reaction = appearance_suit(app) | action_run(app, pressed);
        app->outdated = reaction & REACTION_VIEW;
        bits |= reaction;
    }
    return bits;
}

static unsigned take_signals(void)
{
    unsigned bits = 0;
    for (int signo; (signo = signals_next()) != 0;) {
        if (signo == SIGWINCH) {
            bits |= CHANGED_SIZE;
        } else if (signo == SIGTSTP) {
            bits |= REACTION_SUSPEND;
        } else {
            bits |= REACTION_QUIT;
        }
    }
    return bits;
}

// What the screen says about time alone changes by the minute, or by the second while data is old.
static int64_t clock_beat_ms(const struct app *app)
{
    bool counting = app->view.counting || app->view.age.role == ROLE_NOTICE;
    return counting ? 1000 : CLOCK_MINUTE_MS;
}

static int wait_ms(const struct app *app)
{
    int64_t beat = clock_beat_ms(app);
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < app->watches_count; i++) {
        int64_t own = watch_due_ms(&app->watches[i], app->now_ms);
        // one look after the answer is late, so that its age begins to show
        int64_t refresh = app->watches[i].plan.refresh_ms;
        own = own < refresh ? own : refresh;
        due = own < due ? own : due;
    }
    int64_t present = present_due_ms(app);
    due = present < due ? present : due;
    int64_t tick = beat - app->now_ms % beat;
    tick = app->note_ms && app->note_ms - app->now_ms < tick ? app->note_ms - app->now_ms : tick;
    return clock_real_ms(wall_due_ms(app, due < tick ? due : tick));
}

static void show(struct app *app, unsigned bits)
{
    int columns, rows;
    bool for_key = bits & REACTION_VIEW;
    if (bits & (CHANGED_CLOCK | REACTION_REFETCH) || (!for_key && screen_is_behind(app))) {
        screen_judge(app);
    }
    term_size(&columns, &rows);
    screen_draw(app, columns, rows);
    term_show(&app->canvas);
    alarm_turn(app);
}

// What nothing could take the place of is not given up.
static void forget(struct app *app)
{
    size_t forgot = 0;
    if (app->state.paused) { // as the status line says
        return;
    }
    for (size_t i = 0; i < app->watches_count; i++) {
        forgot += poller_forget(app->watches[i].poller, app->now_ms);
    }
    app->forgot_ms = forgot > 0 ? app->now_ms : app->forgot_ms;
    bool scraped = app_watch(app)->store.source.scraped;
    app_note(app, forgot > 0 ? _("history discarded; refetching all of it")
                  : scraped  ? _("a scraped target has no history to refetch")
                             : _("the server cannot be reached now, so the history is kept"));
}

static void react(struct app *app, unsigned bits)
{
    if (bits & CHANGED_SIZE) {
        term_resize();
    }
    if (bits & REACTION_SUSPEND) {
        term_resume();
    }
    if (bits & REACTION_REPAINT) {
        term_repaint();
    }
    if (bits & REACTION_FORGET) {
        forget(app);
    }
    for (size_t i = 0; i < app->watches_count; i++) {
        if (bits & REACTION_REFETCH) {
            poller_refetch(app->watches[i].poller, app->now_ms);
        }
        poller_pause(app->watches[i].poller, app->state.paused, app->now_ms);
    }
}

static bool turn(struct app *app)
{
    bool changed = false;
    for (size_t i = 0; i < app->watches_count; i++) {
        changed = watch_turn(&app->watches[i], app->now_ms) || changed;
    }
    return changed;
}

static bool all_here(const struct app *app)
{
    bool here = true;
    for (size_t i = 0; i < app->watches_count; i++) {
        here = here && app->watches[i].store.complete && app->watches[i].store.history_complete;
    }
    return here;
}

// Nothing may wait until the clock, set back by somebody, is again where it was.
static void read_clock(struct app *app)
{
    int64_t now = clock_now_ms(), back = app->now_ms - now;
    if (back > 0) {
        for (size_t i = 0; i < app->watches_count; i++) {
            poller_set_back(app->watches[i].poller, back);
        }
        present_set_back(app, back);
        app->note_ms -= app->note_ms ? back : 0;
        app->wall_since_ms -= back;
        app->wall_next_ms -= back;
    }
    app->now_ms = now;
}

// Answers come in crowds: how long to gather those that began to come at SINCE_MS.
static int64_t crowd_rest_ms(const struct app *app, int64_t since_ms)
{
    int64_t rest_ms = all_here(app) ? 0 : since_ms + CROWD_MS - clock_steady_ms();
    rest_ms = rest_ms > 0 ? rest_ms : 0;
    for (size_t i = 0; i < app->watches_count; i++) {
        int64_t own = watch_rest_ms(&app->watches[i]);
        rest_ms = own > rest_ms ? own : rest_ms;
    }
    return rest_ms;
}

int main_loop_run(struct app *app)
{
    const int fds[] = {STDIN_FILENO, signals_fd()};
    unsigned bits = CHANGED_DATA; // the first frame comes before the first answer
    int64_t beat = 0, crowd_ms = 0;
    for (;;) {
        read_clock(app);
        bits |= take_signals() | take_keys(app);
        bits |= appearance_suit(app); // the terminal answers among the keys
        if ((bits & REACTION_SUSPEND) && !(bits & REACTION_QUIT)) {
            term_suspend();
            bits |= take_signals(); // who is to end takes no terminal from the shell again
        }
        if (bits & REACTION_QUIT) {
            return 0;
        }
        react(app, bits);
        bits |= replay_turn(app) ? REACTION_VIEW : 0;
        if (turn(app)) {
            crowd_ms = bits & CHANGED_DATA ? crowd_ms : clock_steady_ms();
            bits |= CHANGED_DATA;
        }
        bits |= present_turn(app) ? REACTION_VIEW : 0;
        if (watch_log_failed(app->watches, app->watches_count, &app->notice) ||
            recorder_failed(&app->notice)) {
            bits |= REACTION_VIEW;
        }
        if (app->note_ms && app->now_ms >= app->note_ms) {
            app->note_ms = 0;
            bits |= REACTION_VIEW;
        }
        bits |= wall_turn(app) ? REACTION_VIEW : 0;
        int64_t now_beat = app->now_ms / clock_beat_ms(app);
        if (now_beat != beat) {
            bits |= CHANGED_CLOCK;
            beat = now_beat;
        }
        // one frame for a crowd of answers, but a key is shown at once
        int64_t rest_ms = crowd_rest_ms(app, crowd_ms);
        bool later = bits == CHANGED_DATA && rest_ms > 0;
        if (bits && !later) {
            show(app, bits);
            later = screen_is_behind(app);
            rest_ms = later ? crowd_rest_ms(app, crowd_ms) : 0;
            bits = later ? CHANGED_DATA : 0;
        }
        watch_wait(app->watches, app->watches_count, fds, 2, later ? (int)rest_ms : wait_ms(app));
    }
}
