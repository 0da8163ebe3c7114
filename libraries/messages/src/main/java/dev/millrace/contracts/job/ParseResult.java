package dev.millrace.contracts.job;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The result of parsing a request record. */
public sealed interface ParseResult {
    /**
     * Returns the line of a record that was accepted before.
     *
     * @throws IllegalStateException if the record is not a valid line
     */
    default RequestLine accepted() {
        RequestLine line = line();
        if (line == null) {
            throw new IllegalStateException("the record is not a batch line");
        }
        return line;
    }

    /** Returns the line; null if the record is not a valid line. */
    default @Nullable RequestLine line() {
        return null;
    }

    /** Returns the custom_id; null if it cannot be read, so that the record is a dead letter. */
    default @Nullable String customId() {
        return null;
    }

    /** Returns the readable options of the line's {@code millrace} object. */
    default JobOptions options() {
        return JobOptions.NONE;
    }

    /** Returns why the record is not a valid line, in one line; empty if it is one. */
    Optional<String> problem();

    /** A valid line. */
    record Accepted(RequestLine line) implements ParseResult {
        @Override
        public String customId() {
            return line.customId();
        }

        @Override
        public JobOptions options() {
            return line.options();
        }

        @Override
        public Optional<String> problem() {
            return Optional.empty();
        }
    }

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

        @Override
        public Optional<String> problem() {
            return Optional.of(message());
        }
    }

    /**
     * A record without a readable custom_id. It ends as a dead letter.
     *
     * @param reason one human-readable line
     */
    record Malformed(String reason) implements ParseResult {
        @Override
        public Optional<String> problem() {
            return Optional.of(reason);
        }
    }

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
