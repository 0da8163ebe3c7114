package dev.millrace.bench.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Times of the stages of a job, from the metrics of the pipeline's process.
 *
 * @param queued times from submission to the start of the call
 * @param calls times of the calls of the provider
 * @param transactions times of the worker's transactions
 */
record StageTimes(Total queued, Total calls, Total transactions) {
    private static final String PREFIX = "millrace.worker.";
    private static final String BLANK = " ";

    /**
     * Several times.
     *
     * @param millis their sum in milliseconds
     */
    record Total(long count, double millis) {
        private static Total of(Collection<Timer> timers) {
            return new Total(
                    timers.stream().mapToLong(Timer::count).sum(),
                    timers.stream().mapToDouble(it -> it.totalTime(TimeUnit.MILLISECONDS)).sum());
        }

        private Total minus(Total earlier) {
            return new Total(count - earlier.count, millis - earlier.millis);
        }

        /** Returns the mean in milliseconds; 0 for none. */
        double mean() {
            return count == 0 ? 0 : millis / count;
        }
    }

    /** Returns all times since the start of a process. */
    static StageTimes of(MeterRegistry registry) {
        return new StageTimes(
                total(registry, "queue.age"), total(registry, "calls"), total(registry, "commits"));
    }

    private static Total total(MeterRegistry registry, String name) {
        return Total.of(registry.find(PREFIX + name).timers());
    }

    /** Returns the times as one line, which {@link #parse} reads. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%d %f %d %f %d %f",
                queued.count(),
                queued.millis(),
                calls.count(),
                calls.millis(),
                transactions.count(),
                transactions.millis());
    }

    static StageTimes parse(String line) {
        String[] parts = line.strip().split(BLANK, -1);
        return new StageTimes(total(parts, 0), total(parts, 2), total(parts, 4));
    }

    private static Total total(String[] parts, int index) {
        return new Total(Long.parseLong(parts[index]), Double.parseDouble(parts[index + 1]));
    }

    /** Returns the times that have been added since an earlier state. */
    StageTimes since(StageTimes earlier) {
        return new StageTimes(
                queued.minus(earlier.queued),
                calls.minus(earlier.calls),
                transactions.minus(earlier.transactions));
    }
}
