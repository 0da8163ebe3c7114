package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonFields;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The publishing progress of a batch. It is the metadata of the submission's offset, committed in
 * one transaction with the lines.
 *
 * @param batch id of the batch
 * @param line number of the last published line, 0 for none
 * @param published number of published lines
 */
record Progress(String batch, long line, long published) {

    /** Returns the progress of an unpublished batch. */
    static Progress none(String batch) {
        return new Progress(batch, 0, 0);
    }

    /** Returns the progress after one more line. */
    Progress after(long number) {
        return new Progress(batch, number, published + 1);
    }

    /** Returns the metadata of the offset. */
    String toMetadata() {
        var json = JsonFields.object();
        writeTo(json);
        return json.toString();
    }

    void writeTo(ObjectNode json) {
        json.put("batch", batch).put("line", line).put("published", published);
    }

    /**
     * Reads the metadata of an offset; empty if nothing of a batch is published.
     *
     * @throws IllegalArgumentException if the metadata is not a progress
     */
    static Optional<Progress> read(String metadata) {
        if (metadata.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                of(JsonFields.read(metadata.getBytes(UTF_8), "the progress of a batch")));
    }

    /**
     * Returns what {@link #writeTo} has written.
     *
     * @throws IllegalArgumentException if it is not a progress
     */
    static Progress of(JsonFields json) {
        return new Progress(
                json.text("batch"), json.number("line", 0), json.number("published", 0));
    }
}
