package dev.millrace.standalone.forecast;

import dev.millrace.standalone.forecast.JobGuess.Cost;
import java.util.HashMap;
import java.util.Map;

/**
 * The ratios of paid to estimated cost of one model's jobs by their kinds. So a few results already
 * count for kinds without any, and many results of a kind count alone. Memory grows with the number
 * of kinds. Used by one thread.
 */
final class LearnedCosts {
    private final CostRatio ofAllModels;
    private final Map<JobKind, CostRatio> ratios = new HashMap<>();
    private long results;

    /**
     * @param ofAllModels ratio of the jobs of all models, with which the other ratios begin
     */
    LearnedCosts(CostRatio ofAllModels) {
        this.ofAllModels = ofAllModels;
    }

    /** Adds a job that has ended. */
    void onResult(JobGuess guess, Cost paid) {
        results++;
        for (JobKind kind : guess.kind().fromWidest()) {
            ratios.computeIfAbsent(kind, _ -> new CostRatio()).add(guess, paid);
        }
    }

    /** Returns the number of jobs that have ended. */
    long results() {
        return results;
    }

    /**
     * Returns the expected cost of jobs of one kind, in US dollars.
     *
     * @param guessed sum of the estimates of the jobs
     */
    Cost expected(JobKind kind, Cost guessed) {
        double input = ofAllModels.input(1);
        double output = ofAllModels.output(1);
        for (JobKind wider : kind.fromWidest()) {
            CostRatio known = ratios.get(wider);
            if (known != null) {
                input = known.input(input);
                output = known.output(output);
            }
        }
        return new Cost(input * guessed.inputUsd(), output * guessed.outputUsd());
    }
}
