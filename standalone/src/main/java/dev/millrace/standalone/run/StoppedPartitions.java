package dev.millrace.standalone.run;

import dev.millrace.contracts.service.Health;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.pipeline.PipelinePart;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells the user of partitions that the worker has stopped, so that no run waits for them in
 * silence. Used by the main thread alone.
 */
final class StoppedPartitions {
    private static final String STOPPED = " is stopped: ";

    /** In the reasons of partitions that {@code --accept-resend} takes up again. */
    private static final List<String> WAITS_FOR_A_DECISION =
            List.of("metadata cannot be read", "offset was lost", "no record at its offset");

    private final Terminal terminal;
    private final Path data;
    private final LongSupplier nanos;
    private final MeterRegistry meters;
    private final Supplier<Map<String, Health>> health;
    private final Standstill standstill = new Standstill();
    private long told;

    /**
     * @param data the data directory of the run
     */
    StoppedPartitions(
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
     * Looks whether something is stopped, and says so once for each further partition.
     *
     * @param left lines without an outcome
     * @param beforeLine makes room for a line on the terminal
     * @throws RunFailure when nothing goes on any more
     */
    void onTick(long left, Runnable beforeLine) {
        long stopped = gauge("millrace.worker.partitions.stopped");
        long open = gauge("millrace.worker.jobs.open");
        switch (standstill.look(stopped, open, left, nanos.getAsLong())) {
            case NONE -> told = 0;
            case PART -> tell(stopped, beforeLine);
            case ALL -> {
                beforeLine.run();
                throw new RunFailure(
                        "%,d jobs have no outcome, and nothing goes on. %s"
                                .formatted(left, message(stopped)),
                        null);
            }
        }
    }

    private void tell(long stopped, Runnable beforeLine) {
        if (stopped > told) {
            told = stopped;
            beforeLine.run();
            terminal.say(message(stopped));
        }
    }

    private String message(long stopped) {
        var worker = health.get().get(PipelinePart.WORKER.word());
        String detail = worker == null ? "" : worker.detail();
        // Health may name another trouble first, such as results that cannot be written.
        String first =
                Arrays.stream(detail.split("; ", -1))
                        .filter(it -> it.contains(STOPPED))
                        .findFirst()
                        .orElse("A partition is stopped, and the log says why");
        String more = stopped > 1 ? " (and %,d more)".formatted(stopped - 1) : "";
        String advice =
                WAITS_FOR_A_DECISION.stream().anyMatch(first::contains)
                        ? (". Its jobs wait: \"millrace up --accept-resend --data-dir %s\" takes it up again,"
                                        + " calls whose results exist may then be paid twice;"
                                        + " --fresh forgets everything and sends every line again")
                                .formatted(data)
                        : ". Its jobs wait until the cause is gone";
        return first + more + advice;
    }

    private long gauge(String name) {
        Gauge gauge = meters.find(name).gauge();
        return gauge == null ? 0 : (long) gauge.value();
    }
}
