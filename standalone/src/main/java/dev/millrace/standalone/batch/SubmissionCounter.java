package dev.millrace.standalone.batch;

import dev.millrace.contracts.batch.BatchManifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts the lines of each batch in a submission, for its manifests. Used by one thread. */
public final class SubmissionCounter {
    /** Batches beyond this number get no manifest, so that memory stays bounded. */
    static final int MAX_BATCHES = 10_000;

    private final Map<Batch, Long> lines = new LinkedHashMap<>();

    private record Batch(String tenant, String batch) {}

    /** Counts a line. */
    public void onLine(String tenant, String batch) {
        var key = new Batch(tenant, batch);
        if (lines.size() < MAX_BATCHES || lines.containsKey(key)) {
            lines.merge(key, 1L, Long::sum);
        }
    }

    /**
     * Returns the manifest of each batch.
     *
     * @param submission identifies the submission within its batch
     * @param start when publishing began
     * @param retryOf batch whose failed jobs are repeated; empty for none
     */
    public List<BatchManifest> manifests(
            String submission, Instant start, String submittedBy, Optional<String> retryOf) {
        var manifests = new ArrayList<BatchManifest>(lines.size());
        lines.forEach(
                (batch, count) ->
                        manifests.add(
                                new BatchManifest(
                                        batch.tenant,
                                        batch.batch,
                                        submission,
                                        count,
                                        start,
                                        submittedBy,
                                        retryOf)));
        return manifests;
    }
}
