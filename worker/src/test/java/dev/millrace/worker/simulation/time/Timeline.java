package dev.millrace.worker.simulation.time;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Simulated time: what happens when, and who goes on then. Events run on the thread that has the
 * turn; those of the same time in the order in which they were entered.
 */
public final class Timeline {
    private static final Comparator<Event> BY_TIME =
            (a, b) ->
                    a.time != b.time
                            ? Long.compare(a.time, b.time)
                            : Long.compare(a.number, b.number);

    private final PriorityQueue<Event> events = new PriorityQueue<>(BY_TIME);
    private long now;
    private long entered;
    private @Nullable Throwable fault;

    /** Something that happens at a time, unless it is called off before. */
    public static final class Event {
        private final long time;
        private final long number;
        private final @Nullable Runnable action;
        private final @Nullable Strand sleeper;
        private boolean isCalledOff;

        private Event(long time, long number, @Nullable Runnable action, @Nullable Strand sleeper) {
            this.time = time;
            this.number = number;
            this.action = action;
            this.sleeper = sleeper;
        }

        void callOff() {
            isCalledOff = true;
        }
    }

    /** Nanoseconds since the history began. */
    public long now() {
        return now;
    }

    public Event at(long time, Runnable action) {
        return enter(time, action, null);
    }

    public Event after(Duration wait, Runnable action) {
        return at(now + wait.toNanos(), action);
    }

    private Event enter(long time, @Nullable Runnable action, @Nullable Strand sleeper) {
        var event = new Event(Math.max(time, now), entered++, action, sleeper);
        events.add(event);
        return event;
    }

    /** That strand, which sleeps or has not begun, goes on at that time. */
    public void wakeAt(Strand strand, long time) {
        if (strand.wake != null) {
            strand.wake.callOff();
        }
        strand.wake = enter(time, null, strand);
    }

    /** Lets the world go on until that time, or until somebody wakes the strand that calls. */
    public void sleep(Strand self, long until) {
        wakeAt(self, until);
        Strand next = next();
        if (next != self) {
            next.giveTurn();
            self.awaitTurn();
        }
        self.wake = null;
    }

    /** The strand that calls has come to its end. */
    void onEnd() {
        next().giveTurn();
    }

    /** The next to go on; what happens before that has then happened. */
    private Strand next() {
        while (true) {
            Event event = events.remove();
            if (event.isCalledOff) {
                continue;
            }
            now = event.time;
            if (event.sleeper != null) {
                return event.sleeper;
            }
            if (event.action != null) {
                happen(event.action);
            }
        }
    }

    /** A fault of the world must not look like one of the loop on whose thread it happened. */
    private void happen(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            fault = e;
        }
    }

    /** What the simulation itself, or what it calls from an event, has thrown; null for nothing. */
    public @Nullable Throwable fault() {
        return fault;
    }
}
