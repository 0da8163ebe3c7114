package dev.millrace.gateway.publish.input;

import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.LineCheck;
import dev.millrace.gateway.submission.LineError;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Checks every line of a file before the first line is published. Used once, by one thread. */
public final class InputCheck {
    /** Maximum number of reported errors, after which the check ends. */
    static final int MAX_ERRORS = 100;

    private final Submission submission;
    private final LineCheck check;
    private final Consumer<BatchLine> accepted;
    private final List<LineError> errors = new ArrayList<>();
    private long count;

    /**
     * Creates a check of a batch's file.
     *
     * @param submission determines the endpoint and the tenant that lines may name
     * @param maxLineBytes maximum size of a line with the deadline of the batch
     */
    public InputCheck(Submission submission, int maxLineBytes) {
        this(submission, maxLineBytes, _ -> {});
    }

    /**
     * Creates a check of a batch's file, and passes on the lines that are right.
     *
     * @param submission determines the endpoint and the tenant that lines may name
     * @param maxLineBytes maximum size of a line with the deadline of the batch
     * @param accepted receives the lines without an error, in the order of the file
     */
    public InputCheck(Submission submission, int maxLineBytes, Consumer<BatchLine> accepted) {
        this.submission = submission;
        this.accepted = accepted;
        check =
                new LineCheck(
                        new LineCheck.Rules(
                                submission.tenant(),
                                submission.endpoint(),
                                submission.expiresAt(),
                                maxLineBytes));
    }

    /**
     * Checks the next lines.
     *
     * @param lines one source for all calls; the caller closes it
     * @param max maximum number of lines to check in this call, at least 1
     * @param now time of the result
     * @return the result once every line is checked or too many are invalid; empty while lines
     *     remain
     */
    public Optional<Checked> check(LineSource lines, int max, Instant now) throws IOException {
        for (int i = 0; i < max; i++) {
            BatchLine line = lines.next();
            if (line == null) {
                requireLines();
                return Optional.of(result(now, errors));
            }
            count++;
            List<LineError> found = check.check(line);
            if (found.isEmpty()) {
                accepted.accept(line);
            }
            errors.addAll(found);
            if (errors.size() >= MAX_ERRORS) {
                return Optional.of(result(now, errors.subList(0, MAX_ERRORS)));
            }
        }
        return Optional.empty();
    }

    private Checked result(Instant now, List<LineError> found) {
        return new Checked(now, count, check.models(), found, true);
    }

    private void requireLines() {
        if (count == 0) {
            String reason =
                    submission
                            .retryOf()
                            .map(it -> "no line of " + it + " has failed")
                            .orElse("the file has no lines");
            errors.add(LineError.file("empty_file", reason));
        }
    }
}
