package dev.millrace.worker.loop;

import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.worker.dispatch.Mailbox;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.Timing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The door for the simulation: a loop whose waits for a finished call take simulated time. */
public final class SimulatedLoop {
    private SimulatedLoop() {}

    /** How the loop waits for calls. */
    public interface Waiting {
        /** Returns when the wait is over or has been ended. */
        void await(Duration wait);

        /** Ends the wait, if there is one. */
        void end();
    }

    public static WorkerLoop create(
            WorkerLoop.Ports ports,
            ServedModels served,
            WorkerConfig config,
            Timing timing,
            Waiting waiting) {
        return new WorkerLoop(
                ports,
                new SimulatedMailbox(ports.source(), waiting),
                served,
                config,
                timing,
                new SimpleMeterRegistry());
    }

    private static final class SimulatedMailbox implements Mailbox {
        private final JobSource source;
        private final Waiting waiting;
        private final Deque<Finished> queue = new ArrayDeque<>();
        private boolean isLoopAway;

        SimulatedMailbox(JobSource source, Waiting waiting) {
            this.source = source;
            this.waiting = waiting;
        }

        @Override
        public void put(Finished finished) {
            queue.add(finished);
            if (isLoopAway) {
                isLoopAway = false;
                source.wakeup();
            } else {
                waiting.end();
            }
        }

        @Override
        public @Nullable Finished take(Duration wait) {
            if (queue.isEmpty() && wait.isPositive()) {
                waiting.await(wait);
            }
            return queue.poll();
        }

        @Override
        public boolean isEmpty() {
            return queue.isEmpty();
        }

        @Override
        public void setLoopPolling(boolean away) {
            isLoopAway = away;
        }
    }
}
