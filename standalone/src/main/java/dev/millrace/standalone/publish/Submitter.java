package dev.millrace.standalone.publish;

import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.job.Names;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.budget.BatchLimitWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Publishes files line by line, and the manifests of their batches. Used by one thread. */
public final class Submitter {
    private final Publication publication;
    private final ProducerSettings settings;
    private final @Nullable String batch;
    private final LineProblemReport report;
    private final @Nullable BatchLimitWriter limits;
    private final InstantSource clock;

    /**
     * @param publication stays open
     * @param batch batch of every line; null for the batch that each line names, or else the name
     *     of its file
     * @param limits writes the limit of each batch; null if the submission has none
     */
    public Submitter(
            Publication publication,
            ProducerSettings settings,
            @Nullable String batch,
            LineProblemReport report,
            @Nullable BatchLimitWriter limits,
            InstantSource clock) {
        this.publication = publication;
        this.settings = settings;
        this.batch = batch;
        this.report = report;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Publishes all lines of a file, and waits for their acknowledgement. The manifests come last,
     * so that they do not count lines that were not published.
     */
    public void submit(String file, InputStream in) throws IOException {
        int maxLineBytes = settings.topics().maxRequestBytes();
        var counter = new SubmissionCounter();
        Instant start = clock.instant();
        try (var reader = BatchFileReader.open(file, in, maxLineBytes)) {
            for (BatchLine line = reader.next(); line != null; line = reader.next()) {
                ParsedLine parsed = ParsedLine.of(line);
                report.onLine(file, parsed, maxLineBytes);
                String lineBatch = batchOf(parsed, file);
                var target =
                        new BatchLimit(
                                parsed.tenant(settings.boundTenant()), parsed.batch(lineBatch));
                if (limits != null) {
                    limits.write(Set.of(target));
                }
                counter.onLine(target.tenant(), target.batch());
                publication.publish(parsed, lineBatch, line.number());
            }
        }
        publication.finish();
        if (publication.hasManifests()) {
            String submission = UUID.randomUUID().toString();
            publication.announce(
                    counter.manifests(submission, start, LocalUser.name(), Optional.empty()));
        }
    }

    private @Nullable String batchOf(ParsedLine line, String file) {
        if (batch != null) {
            return batch;
        }
        if (line.options().batch() != null) {
            return null;
        }
        return Names.isBatch(file) ? file : BatchNames.ofFile(file);
    }
}
