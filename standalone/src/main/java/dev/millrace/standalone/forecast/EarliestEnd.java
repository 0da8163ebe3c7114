package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.standalone.forecast.LineForecast.Routed;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The earliest time at which the limits of models let all jobs start. Used by one thread. */
final class EarliestEnd {
    private final Map<String, Jobs> models = new HashMap<>();

    /**
     * Jobs that wait for a lower price.
     *
     * @param until when the last of them starts
     * @param savedUsd expected cost if all were called now, less the expected cost, in US dollars
     */
    record Waits(long jobs, Instant until, BigDecimal savedUsd) {
        private Waits plus(Waits other) {
            return new Waits(
                    jobs + other.jobs,
                    other.until.isAfter(until) ? other.until : until,
                    savedUsd.add(other.savedUsd));
        }
    }

    /** The jobs of one model. */
    private static final class Jobs {
        private final Limits limits;
        private double jobs;
        private double inputTokens;
        private double outputTokens;
        private @Nullable Waits waits;

        Jobs(Limits limits) {
            this.limits = limits;
        }

        void add(Routed job) {
            jobs++;
            inputTokens += job.inputTokens();
            outputTokens += job.outputTokens();
            JobGuess.Later later = job.guess().later();
            if (later != null) {
                var wait = new Waits(1, later.start(), later.nowUsd().subtract(job.usd()));
                waits = waits == null ? wait : waits.plus(wait);
            }
        }

        double seconds() {
            return seconds(jobs);
        }

        /** Returns the time until the last job can start: the first ones start at once. */
        double untilLastStart(long ended) {
            return seconds(Math.max(0, jobs - ended - limits.burst().orElse(1)));
        }

        private double seconds(double left) {
            double part = left / jobs;
            return limits.leastSeconds(left, part * inputTokens, part * outputTokens);
        }
    }

    void add(Routed job) {
        models.computeIfAbsent(job.model().name(), _ -> new Jobs(job.model().limits())).add(job);
    }

    /** Returns the shortest time in seconds that the limits of a model allow; 0 without limits. */
    double seconds(String model) {
        Jobs jobs = models.get(model);
        return jobs == null ? 0 : jobs.seconds();
    }

    /** Returns the jobs of a model that wait for a lower price; null for none. */
    @Nullable Waits waits(String model) {
        Jobs jobs = models.get(model);
        return jobs == null ? null : jobs.waits;
    }

    /**
     * Returns the earliest time at which all jobs have started.
     *
     * @param ended returns the number of a model's jobs that have ended
     * @param waits true if jobs wait for a lower price as planned, false if they start now
     */
    Instant of(Instant now, ToLongFunction<String> ended, boolean waits) {
        Instant end = now;
        for (var model : models.entrySet()) {
            Jobs jobs = model.getValue();
            Instant start = waits && jobs.waits != null ? jobs.waits.until() : now;
            double seconds = jobs.untilLastStart(ended.applyAsLong(model.getKey()));
            Instant last = start.plus(Duration.ofSeconds((long) Math.ceil(seconds)));
            end = last.isAfter(end) ? last : end;
        }
        return end;
    }
}
