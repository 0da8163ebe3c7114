package dev.millrace.bench.deadlines;

import dev.millrace.worker.dispatch.Mailbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A mailbox whose waits take simulated time. */
final class SimulatedMailbox implements Mailbox {
    private final Deque<Finished> reports = new ArrayDeque<>();
    private final SimulatedTime time;

    SimulatedMailbox(SimulatedTime time) {
        this.time = time;
    }

    @Override
    public void put(Finished finished) {
        reports.add(finished);
    }

    @Override
    public @Nullable Finished take(Duration wait) {
        if (reports.isEmpty() && wait.isPositive()) {
            time.await(wait);
        }
        return reports.poll();
    }

    @Override
    public boolean isEmpty() {
        return reports.isEmpty();
    }

    @Override
    public void setLoopPolling(boolean isPolling) {}
}
