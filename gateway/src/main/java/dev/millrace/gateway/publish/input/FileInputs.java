package dev.millrace.gateway.publish.input;

import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.results.BatchCounts;
import dev.millrace.gateway.results.ResultsUnavailableException;
import dev.millrace.gateway.results.StoredResults;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Ended;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.producer.BatchFileReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Opens the uploaded files of batches. For a retry, opens the input file of the retried batch
 * without the lines that have a successful result in the sink.
 *
 * @param maxLineBytes maximum size of a line that is kept whole
 * @param maxResultBytes maximum size of a result
 */
public record FileInputs(
        UploadedFiles files,
        FactStore facts,
        StoredResults stored,
        int maxLineBytes,
        int maxResultBytes)
        implements BatchInputs {
    @Override
    public Optional<LineSource> open(Submission batch) throws IOException {
        if (batch.retryOf().isPresent()) {
            return openFailed(batch.tenant(), batch.retryOf().get());
        }
        Optional<InputStream> content = files.openAccepted(batch.tenant(), batch.inputFile());
        return content.map(it -> LineSource.of(new BatchFileReader(it, maxLineBytes)));
    }

    private Optional<LineSource> openFailed(String tenant, String retried) throws IOException {
        Optional<BatchFacts> first = facts.find(tenant, retried);
        Optional<LineSource> lines =
                first.isEmpty() ? Optional.empty() : open(first.get().submission());
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        long successes = first.flatMap(BatchFacts::ended).map(Ended::succeeded).orElse(0L);
        InputStream results;
        try {
            results = results(tenant, retried, successes);
        } catch (ResultsUnavailableException e) {
            lines.get().close();
            throw e;
        }
        return Optional.of(
                new UnsuccessfulLines(
                        lines.get(),
                        new BatchFileReader(results, maxResultBytes),
                        successes,
                        () -> stored(tenant, retried).succeeded()));
    }

    /** Opens the results of a batch. They are empty if the sink has deleted some of them. */
    private InputStream results(String tenant, String batch, long successes)
            throws ResultsUnavailableException {
        Optional<InputStream> results =
                stored(tenant, batch).succeeded() < successes
                        ? Optional.empty()
                        : stored.results(tenant, batch, OptionalLong.empty());
        return results.orElseGet(InputStream::nullInputStream);
    }

    private BatchCounts stored(String tenant, String batch) throws ResultsUnavailableException {
        return stored.batch(tenant, batch).orElse(BatchCounts.NONE);
    }
}
