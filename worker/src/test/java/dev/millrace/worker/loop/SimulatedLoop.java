package dev.millrace.worker.loop;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.dispatch.Mailbox;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.port.JobSource;
import dev.millrace.worker.port.Timing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Creates loops for the simulation, which is in another package and controls time: a loop that
 * waits for a report calls {@link Waiting} instead of blocking its thread.
 */
public final class SimulatedLoop {
    private SimulatedLoop() {}

    /** Blocks the loop in simulated time while it waits for a report. */
    public interface Waiting {
        /** Returns after the given time, or earlier if {@link #end} is called. */
        void await(Duration wait);

        /** Ends the current wait, if there is one, because a report has arrived. */
        void end();
    }

    public static WorkerLoop create(
            WorkerLoop.Ports ports,
            ServedModels served,
            WorkerConfig config,
            Timing timing,
            Breakers breakers,
            LoopFeatures features,
            Waiting waiting) {
        return new WorkerLoop(
                ports,
                new SimulatedMailbox(ports.source(), waiting),
                served,
                config,
                timing,
                breakers,
                features,
                new SimpleMeterRegistry());
    }

    private static final class SimulatedMailbox implements Mailbox {
        private final JobSource source;
        private final Waiting waiting;
        private final Deque<Finished> queue = new ArrayDeque<>();
        private boolean isLoopPolling;

        SimulatedMailbox(JobSource source, Waiting waiting) {
            this.source = source;
            this.waiting = waiting;
        }

        @Override
        public void put(Finished finished) {
            queue.add(finished);
            if (isLoopPolling) {
                isLoopPolling = false;
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
        public void setLoopPolling(boolean isPolling) {
            isLoopPolling = isPolling;
        }
    }
}
