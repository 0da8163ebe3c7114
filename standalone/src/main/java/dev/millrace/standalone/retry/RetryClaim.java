package dev.millrace.standalone.retry;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.standalone.console.UserError;
import dev.millrace.store.database.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * Reserves the retry of a batch for one name. A claim is a manifest without lines. The sink stores
 * manifests in the order of their only partition: once a claim is stored, so is every earlier one.
 * The submission of each claim is different, so that a later claim does not change the time of the
 * first. Used by one thread.
 */
final class RetryClaim {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    /** Number of polls, which take 30 s with their pauses. */
    static final int MAX_POLLS = 120;

    private final BatchReader reader;
    private final BatchKey batch;
    private final BatchManifest manifest;

    /**
     * Creates an unpublished claim.
     *
     * @param batch batch whose failed jobs are repeated
     * @param retryName batch that repeats them
     * @param origin where the lines of the batch come from
     */
    RetryClaim(
            BatchReader reader,
            BatchKey batch,
            String retryName,
            Instant submittedAt,
            String submittedBy,
            BatchOrigin origin) {
        this.reader = reader;
        this.batch = batch;
        this.manifest =
                new BatchManifest(
                        batch.tenant(),
                        retryName,
                        "claim-" + UUID.randomUUID(),
                        0,
                        submittedAt,
                        submittedBy,
                        Optional.of(batch.batch()),
                        origin);
    }

    /** Returns the manifest to publish before any line. */
    BatchManifest manifest() {
        return manifest;
    }

    /** Returns the manifest to publish after the last line. */
    BatchManifest manifest(long lines) {
        return new BatchManifest(
                manifest.tenant(),
                manifest.batch(),
                UUID.randomUUID().toString(),
                lines,
                manifest.submittedAt(),
                manifest.submittedBy(),
                manifest.retryOf(),
                manifest.origin());
    }

    /**
     * Waits until the sink has stored the published claim.
     *
     * @throws UserError if the sink does not store it within 30 s, or another name was claimed
     *     first
     */
    void await() throws DatabaseException {
        await(() -> LockSupport.parkNanos(POLL_INTERVAL.toNanos()));
    }

    void await(Runnable pause) throws DatabaseException {
        var key = new BatchKey(manifest.tenant(), manifest.batch());
        for (int polls = 1; !reader.hasManifest(key, manifest.submission()); polls++) {
            if (polls > MAX_POLLS) {
                throw UserError.failure(
                        "No job was published, since the sink has not stored the manifest of batch %s within 30 s. Check that the sink runs and stores manifests in this database, then repeat the command with --as %s"
                                .formatted(manifest.batch(), manifest.batch()));
            }
            pause.run();
        }
        String first = reader.retries(batch).getFirst();
        if (!first.equals(manifest.batch())) {
            throw RetryNames.alreadyRetried(batch, first);
        }
    }
}
