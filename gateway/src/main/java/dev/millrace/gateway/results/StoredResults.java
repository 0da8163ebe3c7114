package dev.millrace.gateway.results;

import dev.millrace.contracts.job.JobId;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the sink's stored data about batches and jobs. Thread-safe; every method blocks. */
public interface StoredResults {
    /**
     * Returns the counts of a batch; empty if nothing is stored of it.
     *
     * @throws ResultsUnavailableException if they cannot be read now
     */
    Optional<BatchCounts> batch(String tenant, String batch) throws ResultsUnavailableException;

    /**
     * Opens the results of a batch in input order as JSON Lines; empty if nothing is stored of it.
     * The caller closes the stream. If the stream ends with an exception, results are missing.
     *
     * @param after only results of later lines
     * @param onlyFailed only results with an error
     * @throws ResultsUnavailableException if they cannot be read now
     */
    Optional<InputStream> results(
            String tenant, String batch, OptionalLong after, boolean onlyFailed)
            throws ResultsUnavailableException;

    /** Opens the results of a batch, with and without errors. */
    default Optional<InputStream> results(String tenant, String batch, OptionalLong after)
            throws ResultsUnavailableException {
        return results(tenant, batch, after, false);
    }

    /**
     * Returns the result of a job; empty if none is stored.
     *
     * @param tenant tenant whose request asks; empty for a lookup of the gateway itself
     * @throws ResultsUnavailableException if it cannot be read now
     */
    Optional<byte[]> result(Optional<String> tenant, JobId job) throws ResultsUnavailableException;
}
