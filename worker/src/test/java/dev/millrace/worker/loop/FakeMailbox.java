package dev.millrace.worker.loop;

import dev.millrace.worker.dispatch.LoopMailbox;
import dev.millrace.worker.dispatch.Mailbox;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A mailbox in simulated time: a wait takes no real time, and the test can act during it. */
final class FakeMailbox implements Mailbox {
    private final LoopMailbox queue = new LoopMailbox(() -> {});
    private final FakeTime time;

    /** Runs once, during the loop's next wait for a report; the wait then takes no time. */
    @Nullable Runnable duringNextWait;

    FakeMailbox(FakeTime time) {
        this.time = time;
    }

    @Override
    public void put(Finished finished) {
        queue.put(finished);
    }

    @Override
    public @Nullable Finished take(Duration wait) {
        if (queue.isEmpty() && wait.isPositive()) {
            Runnable event = duringNextWait;
            duringNextWait = null;
            if (event != null) {
                event.run();
            } else {
                time.await(wait);
            }
        }
        return queue.take(Duration.ZERO);
    }

    @Override
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    public void setLoopPolling(boolean isPolling) {}
}
