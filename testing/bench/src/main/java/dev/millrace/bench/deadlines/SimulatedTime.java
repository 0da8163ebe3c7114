package dev.millrace.bench.deadlines;

import dev.millrace.worker.port.LoopClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The clock of a simulated day, and what happens at its times. Used by one thread. */
final class SimulatedTime {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::number));
    private final Instant start;
    private Instant now;
    private long planned;

    /** An event; of equal times, the one planned first happens first. */
    private record Event(Instant at, long number, Runnable action) {}

    SimulatedTime(Instant start) {
        this.start = start;
        now = start;
    }

    Instant now() {
        return now;
    }

    LoopClock clock() {
        return new LoopClock(() -> now, () -> Duration.between(start, now).toNanos());
    }

    /** Plans an event, which happens during a later {@link #await}. */
    void at(Instant time, Runnable action) {
        events.add(new Event(time, planned++, action));
    }

    /** Lets a time pass, or the time until the next event, which happens. */
    void await(Duration wait) {
        Instant end = now.plus(wait);
        Event next = events.peek();
        if (next == null || next.at.isAfter(end)) {
            now = end;
            return;
        }
        events.remove();
        now = next.at.isAfter(now) ? next.at : now;
        next.action.run();
    }
}
