package dev.millrace.router.classify;

import dev.millrace.contracts.policy.Complexity;
import dev.millrace.contracts.policy.TaskType;

/**
 * How long an answer is usually: a guess from the kind of task. It has been measured nowhere; it is
 * only there so that models of one price for input and another for output can be compared.
 */
final class OutputGuess {
    private OutputGuess() {}

    /**
     * Tokens of one answer.
     *
     * @param questionTokens of the question, which a translation is about as long as
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
