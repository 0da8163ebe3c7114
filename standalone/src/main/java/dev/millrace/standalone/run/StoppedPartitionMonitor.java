package dev.millrace.standalone.run;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppedPartition;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.pipeline.PipelinePart;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reports the partitions that the worker has stopped, so that a run never waits for them silently.
 * Used by the main thread only.
 */
final class StoppedPartitionMonitor {
    private final Terminal terminal;
    private final Path data;
    private final LongSupplier nanos;
    private final MeterRegistry meters;
    private final Supplier<Map<String, Health>> health;
    private final StallDetector stallDetector = new StallDetector();
    private long reported;

    /**
     * Creates a monitor of the pipeline's worker.
     *
     * @param data data directory of the run
     * @param nanos ticker, in nanoseconds
     * @param meters registry with the worker's gauges
     * @param health health of each part of the pipeline
     */
    StoppedPartitionMonitor(
            Terminal terminal,
            Path data,
            LongSupplier nanos,
            MeterRegistry meters,
            Supplier<Map<String, Health>> health) {
        this.terminal = terminal;
        this.data = data;
        this.nanos = nanos;
        this.meters = meters;
        this.health = health;
    }

    /**
     * Reports each newly stopped partition once.
     *
     * @param pending number of lines without an outcome
     * @param beforeLine clears the terminal's last line; called before a message is printed
     * @throws UserError if the run is stalled
     */
    void onTick(long pending, Runnable beforeLine) {
        long stopped = gauge("millrace.worker.partitions.stopped");
        long open = gauge("millrace.worker.jobs.open");
        switch (stallDetector.check(stopped, open, pending, nanos.getAsLong())) {
            case NONE -> reported = 0;
            case PARTIAL -> report(stopped, beforeLine);
            case TOTAL -> {
                beforeLine.run();
                throw UserError.failure(
                        "%,d jobs have no outcome, and the run is stalled. %s"
                                .formatted(pending, message(stopped)));
            }
        }
    }

    private void report(long stopped, Runnable beforeLine) {
        if (stopped > reported) {
            reported = stopped;
            beforeLine.run();
            terminal.say(message(stopped));
        }
    }

    private String message(long stopped) {
        var worker = health.get().get(PipelinePart.WORKER.word());
        // Empty while health shows another problem, such as results that cannot be written.
        Optional<StoppedPartition> first =
                worker == null ? Optional.empty() : worker.stoppedPartitions().stream().findFirst();
        String more = stopped > 1 ? " (and %,d more)".formatted(stopped - 1) : "";
        String advice =
                first.isPresent() && first.get().reason().isResumable()
                        ? (". Its jobs are waiting. To resume it, run \"millrace up --accept-resend --data-dir %s\";"
                                        + " completed calls may then be paid for twice."
                                        + " Or start over with --fresh, which sends every line again")
                                .formatted(data)
                        : ". Its jobs wait until the cause is fixed";
        return first.map(StoppedPartition::text)
                        .orElse("A partition is stopped; see the log for the reason")
                + more
                + advice;
    }

    private long gauge(String name) {
        Gauge gauge = meters.find(name).gauge();
        return gauge == null ? 0 : (long) gauge.value();
    }
}
