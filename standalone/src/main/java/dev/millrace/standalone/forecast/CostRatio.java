package dev.millrace.standalone.forecast;

import dev.millrace.standalone.forecast.JobGuess.Cost;

/**
 * The ratio of paid to estimated cost of jobs, separate for input and output. Begins with the ratio
 * of a wider set of jobs, weighted as {@link #WIDER_JOBS} results, and moves towards the ratio of
 * its own results. Used by one thread.
 */
final class CostRatio {
    /** Results after which half of a ratio comes from them. */
    private static final double WIDER_JOBS = 3;

    private long jobs;
    private double guessedInput;
    private double guessedOutput;
    private double paidInput;
    private double paidOutput;

    /** Adds a job that has ended. */
    void add(JobGuess guess, Cost paid) {
        jobs++;
        guessedInput += guess.inputUsd();
        guessedOutput += guess.outputUsd();
        paidInput += paid.inputUsd();
        paidOutput += paid.outputUsd();
    }

    /**
     * Returns the ratio for the input.
     *
     * @param wider ratio of the wider set of jobs
     */
    double input(double wider) {
        return ratio(paidInput, guessedInput, wider);
    }

    /**
     * Returns the ratio for the output.
     *
     * @param wider ratio of the wider set of jobs
     */
    double output(double wider) {
        return ratio(paidOutput, guessedOutput, wider);
    }

    private double ratio(double paid, double guessed, double wider) {
        double added = WIDER_JOBS * guessed / Math.max(1, jobs);
        return guessed > 0 ? (paid + added * wider) / (guessed + added) : wider;
    }
}
