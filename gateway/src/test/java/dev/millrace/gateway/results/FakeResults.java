package dev.millrace.gateway.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.results.ResultsUnavailableException.Reason;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Results in memory, of batches whose ids are unique among tenants. */
public final class FakeResults implements StoredResults {
    private final Map<String, Stored> batches = new ConcurrentHashMap<>();
    private final Map<Lines, Stored> lines = new ConcurrentHashMap<>();

    private record Lines(String batch, OptionalLong after) {}

    private sealed interface Stored {
        record Counts(BatchCounts counts) implements Stored {}

        record Text(String text) implements Stored {}

        record Failure(Reason reason) implements Stored {}
    }

    /** Sets the counts of a batch. */
    public void has(String batch, BatchCounts counts) {
        batches.put(batch, new Stored.Counts(counts));
    }

    /** Sets the results of a batch. */
    public void results(String batch, String text) {
        lines.put(new Lines(batch, OptionalLong.empty()), new Stored.Text(text));
    }

    /** Sets the results of a batch after a line. */
    public void results(String batch, long after, String text) {
        lines.put(new Lines(batch, OptionalLong.of(after)), new Stored.Text(text));
    }

    /** Deletes the counts of a batch. */
    public void forget(String batch) {
        batches.remove(batch);
    }

    /** Fails to read the counts of a batch. */
    public void fail(String batch) {
        batches.put(batch, new Stored.Failure(Reason.DOWN));
    }

    /** Fails to read the results of a batch. */
    public void failResults(String batch, Reason reason) {
        lines.put(new Lines(batch, OptionalLong.empty()), new Stored.Failure(reason));
    }

    @Override
    public Optional<BatchCounts> batch(String tenant, String batch)
            throws ResultsUnavailableException {
        return switch (batches.get(batch)) {
            case Stored.Counts it -> Optional.of(it.counts());
            case Stored.Failure it -> throw failure(it);
            case Stored.Text _ -> throw new AssertionError(batch);
            case null -> Optional.empty();
        };
    }

    @Override
    public Optional<InputStream> results(
            String tenant, String batch, OptionalLong after, boolean onlyFailed)
            throws ResultsUnavailableException {
        return switch (lines.get(new Lines(batch, after))) {
            case Stored.Text it -> Optional.of(new ByteArrayInputStream(it.text().getBytes(UTF_8)));
            case Stored.Failure it -> throw failure(it);
            case Stored.Counts _ -> throw new AssertionError(batch);
            case null -> Optional.empty();
        };
    }

    private static ResultsUnavailableException failure(Stored.Failure failure) {
        return new ResultsUnavailableException(failure.reason(), "the test wants it");
    }

    @Override
    public Optional<byte[]> result(Optional<String> tenant, JobId job) {
        return Optional.empty();
    }
}
