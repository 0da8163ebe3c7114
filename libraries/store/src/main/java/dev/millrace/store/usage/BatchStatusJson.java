package dev.millrace.store.usage;

import dev.millrace.contracts.waiting.Waiting;
import java.time.Instant;
import java.util.Collection;
import tools.jackson.core.JsonGenerator;

/** Writes the status of a batch as properties of a JSON object. */
public final class BatchStatusJson {
    private BatchStatusJson() {}

    /**
     * Writes counts, times and the figures of the manifests.
     *
     * @param waits why some of the jobs wait
     */
    static void write(
            JsonGenerator json, BatchStatus status, Collection<Waiting> waits, Instant now) {
        json.writeStringProperty("tenant", status.key().tenant());
        json.writeStringProperty("batch", status.key().batch());
        json.writeNumberProperty("results", status.results());
        json.writeNumberProperty("succeeded", status.succeeded());
        json.writeNumberProperty("failed", status.failed());
        json.writeNumberProperty("dead_letters", status.deadLetters());
        json.writeStringProperty(
                "first_finished_at", status.firstFinished().map(Object::toString).orElse(null));
        json.writeStringProperty(
                "last_finished_at", status.lastFinished().map(Object::toString).orElse(null));
        ManifestJson.write(json, status.manifest().map(it -> it.waiting(waits, now)));
    }
}
