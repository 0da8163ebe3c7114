package dev.millrace.contracts.job;

import java.util.List;

/** The result of parsing a request record. */
public sealed interface ParseResult {
    /**
     * Returns the line of a record that was accepted before.
     *
     * @throws IllegalStateException if the record is not a valid line
     */
    default RequestLine accepted() {
        if (this instanceof Accepted accepted) {
            return accepted.line();
        }
        throw new IllegalStateException("the record is not a batch line");
    }

    /** A valid line. */
    record Accepted(RequestLine line) implements ParseResult {}

    /**
     * An invalid line with a custom_id. It ends as an error result.
     *
     * @param options the options that could be read
     * @param problems every problem with its key; at least one
     */
    record Unacceptable(String customId, JobOptions options, List<Problem> problems)
            implements ParseResult {
        public Unacceptable {
            problems = List.copyOf(problems);
        }

        /** Returns all problems in one line. */
        public String message() {
            return String.join("; ", problems.stream().map(Problem::toString).toList());
        }
    }

    /**
     * A record without a readable custom_id. It ends as a dead letter.
     *
     * @param reason one human-readable line
     */
    record Malformed(String reason) implements ParseResult {}

    /**
     * One problem of a line.
     *
     * @param key the invalid key, such as {@code body.model}
     * @param expected the problem and what was expected
     */
    record Problem(String key, String expected) {
        @Override
        public String toString() {
            return key + " " + expected;
        }
    }
}
