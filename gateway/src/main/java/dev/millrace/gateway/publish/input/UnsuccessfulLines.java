package dev.millrace.gateway.publish.input;

import dev.millrace.contracts.result.ResultView;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a batch that have no successful result. Reads lines and results side by side, both
 * in ascending order of line numbers, so that it holds one line and one result in memory.
 *
 * <p>All results are needed: with results missing, successful lines would be published and paid for
 * again. In this case the lines end with {@link ResultsDeletedException}.
 */
final class UnsuccessfulLines implements LineSource {
    private final LineSource lines;
    private final BatchFileReader results;
    private final long expectedSuccesses;
    private final StoredSuccesses stored;
    private long successes;

    /** Counts the successful results that the sink has now. */
    @FunctionalInterface
    interface StoredSuccesses {
        long count() throws IOException;
    }

    /**
     * Number of the next successful line, from the results read so far; the highest long at their
     * end.
     */
    private long nextSuccess;

    /**
     * @param lines all lines of the batch; closed with this source
     * @param results the results of the batch in input order; closed with this source
     * @param expectedSuccesses number of successful lines at the end of the batch
     * @param stored detects results that were deleted while they were read
     */
    UnsuccessfulLines(
            LineSource lines,
            BatchFileReader results,
            long expectedSuccesses,
            StoredSuccesses stored) {
        this.lines = lines;
        this.results = results;
        this.expectedSuccesses = expectedSuccesses;
        this.stored = stored;
    }

    /**
     * {@inheritDoc}
     *
     * <p>If the sink has all results now, it also had all of them when they were read.
     */
    @Override
    public void confirm() throws IOException {
        lines.confirm();
        requireAll(stored.count());
    }

    @Override
    public @Nullable BatchLine next() throws IOException {
        BatchLine line = lines.next();
        while (line != null && hasSucceeded(line.number())) {
            line = lines.next();
        }
        if (line == null) {
            // Reads the last results too, so that each success is counted.
            var _ = hasSucceeded(Long.MAX_VALUE);
        }
        return line;
    }

    private boolean hasSucceeded(long number) throws IOException {
        while (nextSuccess < number) {
            nextSuccess = readSuccess();
        }
        return nextSuccess == number;
    }

    private long readSuccess() throws IOException {
        for (BatchLine result = results.next(); result != null; result = results.next()) {
            ResultView view = ResultView.read(result.bytes());
            Long line = view.line();
            if (view.errorCode() == null && line != null) {
                successes++;
                return line;
            }
        }
        requireAll(successes);
        return Long.MAX_VALUE;
    }

    private void requireAll(long found) throws ResultsDeletedException {
        if (found < expectedSuccesses) {
            throw new ResultsDeletedException(
                    "the sink has deleted results of the batch that is retried: %d of its lines had"
                                    .formatted(expectedSuccesses)
                            + " succeeded, of which %d are left".formatted(found));
        }
    }

    @Override
    public void close() throws IOException {
        try (lines) {
            results.close();
        }
    }
}
