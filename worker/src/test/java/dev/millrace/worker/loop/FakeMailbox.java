package dev.millrace.worker.loop;

import dev.millrace.worker.dispatch.Mailbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A mailbox on simulated time: what the test lets happen meanwhile happens during the wait. */
final class FakeMailbox implements Mailbox {
    private final Deque<Finished> queue = new ArrayDeque<>();
    private final FakeTime time;

    /** Runs once when the loop next waits here. */
    @Nullable Runnable meanwhile;

    FakeMailbox(FakeTime time) {
        this.time = time;
    }

    @Override
    public void put(Finished finished) {
        queue.add(finished);
    }

    @Override
    public @Nullable Finished take(Duration wait) {
        if (queue.isEmpty() && wait.isPositive()) {
            Runnable event = meanwhile;
            meanwhile = null;
            if (event != null) {
                event.run();
            } else {
                time.advance(wait);
            }
        }
        return queue.poll();
    }

    @Override
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    public void setLoopPolling(boolean away) {}
}
