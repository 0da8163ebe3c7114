package dev.millrace.store.usage;

import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes the figures of a batch's manifests. */
public final class ManifestJson {
    private ManifestJson() {}

    /** Writes the properties; all are null without manifests. */
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
        json.writeStringProperty(
                "estimated_end",
                manifest.flatMap(ManifestStatus::estimatedEnd).map(Object::toString).orElse(null));
    }
}
