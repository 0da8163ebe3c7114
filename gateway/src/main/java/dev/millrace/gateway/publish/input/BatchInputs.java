package dev.millrace.gateway.publish.input;

import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.util.Optional;

/** Opens the lines of batches. The calling thread may block. */
@FunctionalInterface
public interface BatchInputs {
    /**
     * Returns all lines of a batch, published or not; empty if its file does not exist. The caller
     * closes the lines.
     *
     * @throws IOException if the file or the results that the lines are read from cannot be opened
     *     now
     */
    Optional<LineSource> open(Submission batch) throws IOException;
}
