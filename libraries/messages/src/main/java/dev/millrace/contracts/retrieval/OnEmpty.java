package dev.millrace.contracts.retrieval;

import java.util.Optional;

/** The effect on a job for which no passage is found. */
public sealed interface OnEmpty {
    /** Most characters of an answer. */
    int MAX_ANSWER_CHARS = 4_000;

    /**
     * The job ends without a call, with a fixed answer that costs nothing.
     *
     * @param text not blank, at most {@link #MAX_ANSWER_CHARS} characters
     */
    record Answer(String text) implements OnEmpty {
        /** The answer of a job that names none. */
        public static final Answer DEFAULT =
                new Answer("No passage of the documents was found for this question.");
    }

    /** The model is called; its prompt says that there are no sources. */
    record Call() implements OnEmpty {}

    /** The job ends without a call, with an error. */
    record Fail() implements OnEmpty {}

    /** Returns the value of {@code on_empty}. */
    default String word() {
        return this instanceof Answer ? "answer" : this instanceof Call ? "call" : "fail";
    }

    /** Reads the value of {@code on_empty}; empty for any other text. */
    static Optional<OnEmpty> of(String word) {
        return switch (word) {
            case "answer" -> Optional.of(Answer.DEFAULT);
            case "call" -> Optional.of(new Call());
            case "fail" -> Optional.of(new Fail());
            default -> Optional.empty();
        };
    }
}
