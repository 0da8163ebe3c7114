package dev.millrace.router.classify;

import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;

/**
 * Estimates an answer's length from the kind of task. The figures are guesses, not measurements:
 * they only serve to compare models whose input and output prices differ.
 */
final class OutputEstimate {
    private OutputEstimate() {}

    /**
     * Returns the tokens of one answer.
     *
     * @param questionTokens tokens of the question; a translation is about as long
     */
    static long tokens(TaskType task, Complexity complexity, long questionTokens) {
        return switch (task) {
            case EMBEDDING -> 0;
            case CLASSIFICATION -> 16;
            case EXTRACTION -> 200;
            case SUMMARIZATION -> 250;
            case MATH -> 500;
            case CODE -> 600;
            case TRANSLATION -> Math.max(16, questionTokens);
            case CHAT -> ofChat(complexity);
        };
    }

    private static long ofChat(Complexity complexity) {
        return switch (complexity) {
            case SIMPLE -> 150;
            case MODERATE -> 350;
            case COMPLEX -> 800;
        };
    }
}
