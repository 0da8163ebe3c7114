package dev.millrace.worker.loop;

import dev.millrace.worker.port.LoopClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Both clocks of a loop, and the planned events. The ticker starts just before it overflows. */
final class FakeTime {
    private static final Comparator<Event> BY_TIME =
            Comparator.comparing(Event::at).thenComparingLong(Event::number);

    private final PriorityQueue<Event> events = new PriorityQueue<>(BY_TIME);
    private Duration passed = Duration.ZERO;
    private long planned;
    private long nanos = Long.MAX_VALUE - 1_000;
    private Instant now = FakeCluster.SUBMITTED.plusSeconds(1);

    LoopClock clock() {
        return new LoopClock(() -> now, () -> nanos);
    }

    private record Event(Duration at, long number, Runnable action) {}

    void advance(Duration by) {
        nanos += by.toNanos();
        now = now.plus(by);
        passed = passed.plus(by);
    }

    /** Returns the time since the start. */
    Duration passed() {
        return passed;
    }

    /** Plans an event, which runs during a later {@link #await}. */
    void after(Duration wait, Runnable action) {
        events.add(new Event(passed.plus(wait), planned++, action));
    }

    /** Waits for a time, or until the next event, which runs. */
    void await(Duration wait) {
        Event next = events.peek();
        Duration untilNext = next == null ? wait : next.at.minus(passed);
        if (next == null || untilNext.compareTo(wait) > 0) {
            advance(wait);
            return;
        }
        advance(untilNext.isNegative() ? Duration.ZERO : untilNext);
        events.remove();
        next.action.run();
    }

    /** Sets the clock back, as an operator or a time server may do. The ticker continues. */
    void setBack(Duration by) {
        now = now.minus(by);
    }

    Instant now() {
        return now;
    }
}
