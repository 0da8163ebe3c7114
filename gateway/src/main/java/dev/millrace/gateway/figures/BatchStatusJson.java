package dev.millrace.gateway.figures;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.batch.ManifestStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes the status of a batch as properties of a JSON object. */
final class BatchStatusJson {
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
        write(json, status.manifest().map(it -> it.waiting(waits, now)));
    }

    /** Writes the properties; without manifests, the metadata is empty and all others are null. */
    private static void write(JsonGenerator json, Optional<ManifestStatus> manifest) {
        if (manifest.isPresent()) {
            json.writeNumberProperty("lines", manifest.get().lines());
            json.writeNumberProperty("progress", manifest.get().progress());
        } else {
            json.writeNullProperty("lines");
            json.writeNullProperty("progress");
        }
        json.writeStringProperty(
                "submitted_at", manifest.map(it -> it.submittedAt().toString()).orElse(null));
        json.writeStringProperty(
                "submitted_by", manifest.map(ManifestStatus::submittedBy).orElse(null));
        json.writeStringProperty(
                "retry_of", manifest.flatMap(ManifestStatus::retryOf).orElse(null));
        write(json, manifest.map(ManifestStatus::origin).orElse(BatchOrigin.UNKNOWN));
        json.writeStringProperty(
                "estimated_end",
                manifest.flatMap(ManifestStatus::estimatedEnd).map(Object::toString).orElse(null));
    }

    private static void write(JsonGenerator json, BatchOrigin origin) {
        json.writeStringProperty("file", origin.file().orElse(null));
        json.writeObjectPropertyStart("metadata");
        origin.metadata().forEach(json::writeStringProperty);
        json.writeEndObject();
    }
}
