package dev.millrace.gateway.results;

import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.figures.CostReader;
import dev.millrace.gateway.figures.OutcomeReader;
import dev.millrace.gateway.figures.UsageFilter;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultStore;
import dev.millrace.results.StoredResult;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.store.database.DatabaseException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the database of the sink.
 *
 * @param clock the present time, for estimates of the ends of batches
 */
public record DatabaseResults(Connections connections, InstantSource clock)
        implements StoredResults {
    @Override
    public Optional<BatchCounts> batch(String tenant, String batch)
            throws ResultsUnavailableException {
        var key = new BatchKey(tenant, batch);
        return connections.query(
                Optional.of(tenant),
                runner -> {
                    Optional<BatchStatus> status =
                            new BatchReader(runner, clock.instant()).find(key);
                    if (status.isEmpty()) {
                        return Optional.empty();
                    }
                    UsageFilter filter = UsageFilter.of(key);
                    return Optional.of(
                            BatchCounts.of(
                                    status.get(),
                                    new OutcomeReader(runner).errors(filter),
                                    new CostReader(runner).total(filter)));
                });
    }

    @Override
    public Optional<InputStream> results(
            String tenant, String batch, OptionalLong after, boolean onlyFailed)
            throws ResultsUnavailableException {
        var key = new BatchKey(tenant, batch);
        Connections.Export export = connections.export(tenant);
        try {
            if (new BatchReader(export.runner(), clock.instant()).exists(key)) {
                return Optional.of(
                        new ResultInput(
                                new ResultStore(export.runner()).lines(key, after, onlyFailed),
                                export));
            }
            export.close();
            return Optional.empty();
        } catch (DatabaseException e) {
            export.close();
            throw ResultsUnavailableException.of(e);
        } catch (RuntimeException e) {
            export.close();
            throw e;
        }
    }

    @Override
    public Optional<byte[]> result(Optional<String> tenant, JobId job)
            throws ResultsUnavailableException {
        return connections.query(
                tenant, runner -> new ResultStore(runner).find(job).map(StoredResult::value));
    }
}
