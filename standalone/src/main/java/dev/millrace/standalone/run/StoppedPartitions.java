package dev.millrace.standalone.run;

import dev.millrace.contracts.service.Health;
import dev.millrace.standalone.pipeline.Part;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Tells the user of partitions that the worker has stopped, so that no run waits for them in
 * silence. Used by the main thread alone.
 */
final class StoppedPartitions {
    private final RunContext context;
    private final MeterRegistry meters;
    private final Supplier<Map<String, Health>> health;
    private final Standstill standstill = new Standstill();
    private boolean isTold;

    StoppedPartitions(
            RunContext context, MeterRegistry meters, Supplier<Map<String, Health>> health) {
        this.context = context;
        this.meters = meters;
        this.health = health;
    }

    /**
     * Looks whether something is stopped, and says so once.
     *
     * @param left lines without an outcome
     * @param beforeLine makes room for a line on the terminal
     * @throws RunFailure when nothing goes on any more
     */
    void onTick(long left, Runnable beforeLine) {
        long stopped = gauge("millrace.worker.partitions.stopped");
        long open = gauge("millrace.worker.jobs.open");
        switch (standstill.look(stopped, open, left, context.nanos().getAsLong())) {
            case NONE -> isTold = false;
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
        if (!isTold) {
            isTold = true;
            beforeLine.run();
            context.terminal().say(message(stopped));
        }
    }

    private String message(long stopped) {
        var worker = health.get().get(Part.WORKER.word());
        String detail = worker == null ? "" : worker.detail();
        String first = detail.split("; ", 2)[0];
        String more = stopped > 1 ? " (and %,d more)".formatted(stopped - 1) : "";
        return first
                + more
                + ". Its jobs wait: \"millrace up --accept-resend --data-dir "
                + context.data().root()
                + "\" takes it up again, calls whose results exist may then be paid twice;"
                + " --fresh forgets everything and sends every line again";
    }

    private long gauge(String name) {
        Gauge gauge = meters.find(name).gauge();
        return gauge == null ? 0 : (long) gauge.value();
    }
}
