package dev.millrace.worker.simulation.time;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Simulated time: a queue of events, and the thread that runs next. Events run on the thread that
 * has the turn. Simultaneous events run in the order in which they were scheduled.
 */
public final class Timeline {
    private static final Comparator<Event> BY_TIME =
            (a, b) ->
                    a.time != b.time
                            ? Long.compare(a.time, b.time)
                            : Long.compare(a.number, b.number);

    private final PriorityQueue<Event> events = new PriorityQueue<>(BY_TIME);
    private long now;
    private long scheduled;
    private @Nullable Throwable fault;

    /** An action, or the end of a thread's sleep, at a point in time. It can be cancelled. */
    public static final class Event {
        private final long time;
        private final long number;
        private final @Nullable Runnable action;
        private final @Nullable SimulatedThread sleeper;
        private boolean isCancelled;

        private Event(
                long time,
                long number,
                @Nullable Runnable action,
                @Nullable SimulatedThread sleeper) {
            this.time = time;
            this.number = number;
            this.action = action;
            this.sleeper = sleeper;
        }

        void cancel() {
            isCancelled = true;
        }
    }

    /** Returns the nanoseconds since the start of the history. */
    public long now() {
        return now;
    }

    public Event at(long time, Runnable action) {
        return schedule(time, action, null);
    }

    public Event after(Duration wait, Runnable action) {
        return at(now + wait.toNanos(), action);
    }

    private Event schedule(
            long time, @Nullable Runnable action, @Nullable SimulatedThread sleeper) {
        var event = new Event(Math.max(time, now), scheduled++, action, sleeper);
        events.add(event);
        return event;
    }

    /** Gives a thread that sleeps or has not started the turn at the given time. */
    public void wakeAt(SimulatedThread thread, long time) {
        if (thread.wake != null) {
            thread.wake.cancel();
        }
        thread.wake = schedule(time, null, thread);
    }

    /**
     * Lets other threads and events run until the given time, or until another thread wakes {@code
     * self}.
     */
    public void sleep(SimulatedThread self, long until) {
        wakeAt(self, until);
        SimulatedThread next = next();
        if (next != self) {
            next.giveTurn();
            self.awaitTurn();
        }
        self.wake = null;
    }

    /** Passes the turn on when the calling thread ends. */
    void onEnd() {
        next().giveTurn();
    }

    /** Runs all events before the next wake-up, and returns the thread that wakes up. */
    private SimulatedThread next() {
        while (true) {
            Event event = events.remove();
            if (event.isCancelled) {
                continue;
            }
            now = event.time;
            if (event.sleeper != null) {
                return event.sleeper;
            }
            if (event.action != null) {
                runAction(event.action);
            }
        }
    }

    /** Separates an exception of the simulation from the loop on whose thread it is thrown. */
    private void runAction(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            fault = e;
        }
    }

    /** Returns the exception that an event has thrown; null for none. */
    public @Nullable Throwable fault() {
        return fault;
    }
}
