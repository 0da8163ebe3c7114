package dev.millrace.store.usage;

import dev.millrace.contracts.batch.BatchOrigin;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes the figures of a batch's manifests. */
public final class ManifestJson {
    private ManifestJson() {}

    /** Writes the properties; without manifests, the metadata is empty and all others are null. */
    public static void write(JsonGenerator json, Optional<ManifestStatus> manifest) {
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
