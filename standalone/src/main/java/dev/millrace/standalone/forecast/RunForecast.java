package dev.millrace.standalone.forecast;

import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.standalone.forecast.JobGuess.Cost;
import dev.millrace.standalone.run.estimate.JobCost;
import dev.millrace.standalone.run.estimate.RunEstimate;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The expected cost of the rest of a run, corrected by each ended job, and the shortest duration
 * that the limits of its models permit.
 *
 * <p>In long runs, only a random sample of the jobs is estimated: all of the first 10,000 jobs, a
 * tenth of the next jobs up to 100,000, and so on. So memory and time hardly grow with the number
 * of jobs. The planner and the sink's thread write, any thread reads. Thread-safe.
 */
public final class RunForecast implements RunEstimate {
    private final Guesser guesser;
    private final Function<String, Limits> limits;
    private final CostRatio ofAllModels = new CostRatio();
    private final Map<String, ModelForecast> models = new HashMap<>();
    private final Map<JobId, Open> open = new HashMap<>();
    private final Sample planned = new Sample();
    private final Sample ended = new Sample();

    /** Estimates the cost of a job from its request. */
    @FunctionalInterface
    public interface Guesser {
        /** Returns the estimate; empty if the job would end without a call. */
        Optional<JobGuess> guess(JobId jobId, String tenant, RequestLine request);
    }

    /** An unfinished job and the cost of its calls so far. */
    private static final class Open {
        private final ModelForecast model;
        private final ModelForecast.Planned planned;
        private Cost paid = Cost.NOTHING;

        Open(ModelForecast model, ModelForecast.Planned planned) {
            this.model = model;
            this.planned = planned;
        }
    }

    /**
     * Creates the forecast of a run without jobs.
     *
     * @param limits returns the limits of a model of the catalog
     */
    public RunForecast(Guesser guesser, Function<String, Limits> limits) {
        this.guesser = guesser;
        this.limits = limits;
    }

    /** A random sample of a growing number of jobs. */
    private static final class Sample {
        private static final long ALL_OF_THE_FIRST = 10_000;

        private long jobs;
        private long oneOf = 1;

        /** Returns true if the next job belongs to the sample, where it represents several jobs. */
        boolean takes(JobId id) {
            jobs++;
            if (jobs > ALL_OF_THE_FIRST * oneOf) {
                oneOf *= 10;
            }
            return Math.floorMod(id.hashCode(), oneOf) == 0;
        }
    }

    @Override
    public synchronized void onPlanned(JobId id, String tenant, RequestLine request) {
        if (!planned.takes(id) || open.containsKey(id)) {
            return;
        }
        guesser.guess(id, tenant, request)
                .ifPresent(
                        guess -> {
                            ModelForecast model = model(guess);
                            open.put(
                                    id, new Open(model, model.plan(guess, (double) planned.oneOf)));
                        });
    }

    @Override
    public synchronized boolean wants(JobId endedBefore) {
        return ended.takes(endedBefore);
    }

    @Override
    public synchronized void learn(JobId id, String tenant, RequestLine request, JobCost cost) {
        guesser.guess(id, tenant, request)
                .ifPresent(
                        guess -> model(guess).learn(guess, guess.divide(cost.usage(), cost.usd())));
    }

    private ModelForecast model(JobGuess guess) {
        return models.computeIfAbsent(guess.model(), _ -> new ModelForecast(ofAllModels));
    }

    @Override
    public synchronized void onCost(JobId id, TokenUsage usage, BigDecimal usd, boolean isFinal) {
        Open job = open.get(id);
        if (job == null) {
            return;
        }
        job.paid = job.paid.plus(job.planned.guess().divide(usage, usd));
        if (isFinal) {
            open.remove(id);
            job.model.onEnd(job.planned, job.paid);
        }
    }

    /** Returns the expected cost; null before a job was estimated. */
    @Override
    public synchronized @Nullable BigDecimal restUsd(double unplanned) {
        if (models.isEmpty()) {
            return null;
        }
        double usd = 0;
        for (ModelForecast model : models.values()) {
            usd += model.rest().usd() + unplanned * model.planned().usd();
        }
        return BigDecimal.valueOf(Math.max(0, usd));
    }

    /**
     * Returns the time under the configured requests per minute and per second; 0 without such
     * limits.
     */
    @Override
    public synchronized double leastSeconds() {
        double seconds = 0;
        for (var model : models.entrySet()) {
            double jobs = model.getValue().unfinishedJobs();
            seconds = Math.max(seconds, limits.apply(model.getKey()).leastSeconds(jobs, 0, 0));
        }
        return seconds;
    }
}
