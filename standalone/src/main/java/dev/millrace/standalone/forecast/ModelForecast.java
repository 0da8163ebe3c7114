package dev.millrace.standalone.forecast;

import dev.millrace.standalone.forecast.JobGuess.Cost;
import java.util.HashMap;
import java.util.Map;

/**
 * The expected cost of the jobs of one model, by their kinds.
 *
 * <p>Short answers end first: of concurrent jobs, the ended ones cost less than the running ones.
 * So only jobs planned before the first unfinished job count, as long as they are half of all ended
 * jobs. Later, the unfinished jobs are few compared with the ended jobs, and every ended job
 * counts. Used by one thread.
 */
final class ModelForecast {
    /** Maximum number of distinguished kinds. Further kinds differ by size only. */
    private static final int MAX_KINDS = 2_000;

    /** Ended jobs after an unfinished one that are remembered. */
    private static final int MAX_AHEAD = 10_000;

    private final CostRatio ofAllModels;
    private final LearnedCosts all;
    private final LearnedCosts inOrder;
    private final Map<JobKind, Sums> kinds = new HashMap<>();
    private final Map<Long, Ended> ahead = new HashMap<>();
    private long planned;
    private long firstUnfinished;
    private boolean isOrdered = true;

    /** The estimates of the jobs of a kind: of all planned jobs, and of the unfinished ones. */
    private static final class Sums {
        private Cost planned = Cost.NOTHING;
        private Cost unfinished = Cost.NOTHING;
        private double unfinishedJobs;
    }

    private record Ended(JobGuess guess, Cost paid) {}

    /**
     * @param ofAllModels ratio of the jobs of all models of a run, to which this model adds its
     *     jobs
     */
    ModelForecast(CostRatio ofAllModels) {
        this.ofAllModels = ofAllModels;
        all = new LearnedCosts(ofAllModels);
        inOrder = new LearnedCosts(ofAllModels);
    }

    /**
     * A job that waits for its end.
     *
     * @param number number among the jobs of the model, from 0
     * @param weight number of similar jobs that this job represents, including itself
     */
    record Planned(long number, JobGuess guess, double weight) {}

    /** Adds a job. */
    Planned plan(JobGuess guess, double weight) {
        JobGuess known =
                kinds.size() < MAX_KINDS || kinds.containsKey(guess.kind())
                        ? guess
                        : guess.ofAnyFamily();
        add(known, weight, weight);
        return new Planned(planned++, known, weight);
    }

    private void add(JobGuess guess, double plannedJobs, double unfinishedJobs) {
        Sums sums = kinds.computeIfAbsent(guess.kind(), _ -> new Sums());
        sums.planned = sums.planned.plus(guess.times(plannedJobs));
        sums.unfinished = sums.unfinished.plus(guess.times(unfinishedJobs));
        sums.unfinishedJobs += unfinishedJobs;
    }

    /** Ends a job that was planned. */
    void onEnd(Planned job, Cost paid) {
        add(job.guess(), 0, -job.weight());
        ofAllModels.add(job.guess(), paid);
        all.onResult(job.guess(), paid);
        if (!isOrdered) {
            return;
        }
        ahead.put(job.number(), new Ended(job.guess(), paid));
        Ended next = ahead.remove(firstUnfinished);
        while (next != null) {
            inOrder.onResult(next.guess(), next.paid());
            firstUnfinished++;
            next = ahead.remove(firstUnfinished);
        }
        if (ahead.size() > MAX_AHEAD) {
            ahead.clear();
            isOrdered = false;
        }
    }

    /** Learns from a job that had ended before. */
    void learn(JobGuess guess, Cost paid) {
        ofAllModels.add(guess, paid);
        all.onResult(guess, paid);
        inOrder.onResult(guess, paid);
    }

    /** Returns the number of results that the forecast rests on. */
    long results() {
        return costs().results();
    }

    private LearnedCosts costs() {
        return isOrdered && 2 * inOrder.results() >= all.results() ? inOrder : all;
    }

    /** Returns the estimate of all planned jobs, which no result corrects. */
    Cost guessed() {
        return kinds.values().stream().map(it -> it.planned).reduce(Cost.NOTHING, Cost::plus);
    }

    /** Returns the expected cost of all planned jobs, ended or not. */
    Cost planned() {
        Cost sum = Cost.NOTHING;
        for (var kind : kinds.entrySet()) {
            sum = sum.plus(costs().expected(kind.getKey(), kind.getValue().planned));
        }
        return sum;
    }

    /** Returns the expected cost of the planned jobs that have not ended. */
    Cost rest() {
        Cost sum = Cost.NOTHING;
        for (var kind : kinds.entrySet()) {
            sum = sum.plus(costs().expected(kind.getKey(), kind.getValue().unfinished));
        }
        return sum;
    }

    /** Returns the number of planned jobs that have not ended. */
    double unfinishedJobs() {
        return kinds.values().stream().mapToDouble(it -> it.unfinishedJobs).sum();
    }
}
