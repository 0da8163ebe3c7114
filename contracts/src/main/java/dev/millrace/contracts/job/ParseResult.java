package dev.millrace.contracts.job;

import java.util.List;

/** What reading a request record came to. */
public sealed interface ParseResult {

    /** A line that can be worked on. */
    record Accepted(RequestLine line) implements ParseResult {}

    /**
     * A line that says whose it is, but cannot be worked on. It ends as a result with an error.
     *
     * @param options as far as they could be read
     * @param problems what is wrong, each with the key it is about; at least one
     */
    record Unacceptable(String customId, JobOptions options, List<Problem> problems)
            implements ParseResult {
        public Unacceptable {
            problems = List.copyOf(problems);
        }

        /** All problems in one line. */
        public String message() {
            return String.join("; ", problems.stream().map(Problem::toString).toList());
        }
    }

    /**
     * A record that does not even say whose it is. It ends as a dead letter.
     *
     * @param reason one line for a person
     */
    record Malformed(String reason) implements ParseResult {}

    /**
     * One thing that is wrong with a line.
     *
     * @param key where, such as {@code body.model}
     * @param expected what is wrong and what was expected
     */
    record Problem(String key, String expected) {
        @Override
        public String toString() {
            return key + " " + expected;
        }
    }
}
