package dev.millrace.worker.translate;

import java.util.List;

/** Fields that a call adds to its body. Thread-safe. */
public interface AddedFields {
    /** Nothing is added. */
    AddedFields NONE = body -> new Added(body, List.of());

    /** Adds the fields to a body. */
    Added addTo(byte[] body);

    /**
     * A body with added fields.
     *
     * @param names names of the added fields
     */
    record Added(byte[] body, List<String> names) {}
}
