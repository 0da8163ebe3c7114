package dev.millrace.standalone.batch;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.batch.BatchOrigin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the lines of each batch in a submission and notes their models, for the batches'
 * manifests. Used by one thread.
 */
public final class SubmissionCounter {
    /** Batches beyond this number get no manifest, so that memory stays bounded. */
    static final int MAX_BATCHES = 10_000;

    private final Map<Batch, Lines> batches = new LinkedHashMap<>();

    private record Batch(String tenant, String batch) {}

    private static final class Lines {
        private long count;

        /** The models of the lines; one more than a manifest lists, if there are more. */
        private final Set<String> models = new HashSet<>();
    }

    /**
     * Counts a line.
     *
     * @param model model that the line names; null if it cannot be read
     */
    public void onLine(String tenant, String batch, @Nullable String model) {
        var key = new Batch(tenant, batch);
        if (batches.size() >= MAX_BATCHES && !batches.containsKey(key)) {
            return;
        }
        Lines lines = batches.computeIfAbsent(key, _ -> new Lines());
        lines.count++;
        if (model != null && lines.models.size() <= BatchOrigin.MAX_MODELS) {
            lines.models.add(model);
        }
    }

    /**
     * Returns the manifest of each batch.
     *
     * @param submission identifies the submission within its batch
     * @param file name of the file with the lines
     * @param start when publishing began
     */
    public List<BatchManifest> manifests(
            String submission, String file, Instant start, String submittedBy) {
        var manifests = new ArrayList<BatchManifest>(batches.size());
        batches.forEach(
                (batch, lines) ->
                        manifests.add(
                                new BatchManifest(
                                        batch.tenant,
                                        batch.batch,
                                        submission,
                                        lines.count,
                                        start,
                                        submittedBy,
                                        Optional.empty(),
                                        new BatchOrigin(
                                                Optional.of(file),
                                                Map.of(),
                                                lines.models,
                                                Optional.empty()))));
        return manifests;
    }
}
