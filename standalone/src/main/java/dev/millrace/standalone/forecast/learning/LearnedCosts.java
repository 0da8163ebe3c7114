package dev.millrace.standalone.forecast.learning;

import dev.millrace.standalone.forecast.learning.JobGuess.Cost;
import java.util.HashMap;
import java.util.Map;

/**
 * The ratio of paid to estimated cost of one model's jobs, for input and output apart.
 *
 * <p>The ratio of a kind of jobs begins with the ratio of the wider kind and moves towards the
 * ratio of its own results, as if the wider kind had given {@link #WIDER_JOBS} of them. So a few
 * results already count for kinds without any, and many results of a kind count alone. Memory grows
 * with the number of kinds. Used by one thread.
 */
final class LearnedCosts {
    /** Results of its own after which half of a ratio is that of the kind itself. */
    private static final double WIDER_JOBS = 3;

    private final Map<JobKind, Sums> sums = new HashMap<>();
    private long results;

    private static final class Sums {
        private long jobs;
        private double guessedInput;
        private double guessedOutput;
        private double paidInput;
        private double paidOutput;

        void add(JobGuess guess, Cost paid) {
            jobs++;
            guessedInput += guess.inputUsd();
            guessedOutput += guess.outputUsd();
            paidInput += paid.inputUsd();
            paidOutput += paid.outputUsd();
        }

        double input(double wider) {
            return ratio(paidInput, guessedInput, wider);
        }

        double output(double wider) {
            return ratio(paidOutput, guessedOutput, wider);
        }

        private double ratio(double paid, double guessed, double wider) {
            double added = WIDER_JOBS * guessed / jobs;
            return guessed > 0 ? (paid + added * wider) / (guessed + added) : wider;
        }
    }

    /** Adds a job that has ended. */
    void onResult(JobGuess guess, Cost paid) {
        results++;
        for (JobKind kind : guess.kind().fromWidest()) {
            sums.computeIfAbsent(kind, _ -> new Sums()).add(guess, paid);
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
        double input = 1;
        double output = 1;
        for (JobKind wider : kind.fromWidest()) {
            Sums known = sums.get(wider);
            if (known != null) {
                input = known.input(input);
                output = known.output(output);
            }
        }
        return new Cost(input * guessed.inputUsd(), output * guessed.outputUsd());
    }
}
