package dev.millrace.retrieval.index;

import java.time.Instant;
import java.util.Map;

/**
 * The position up to which an index has read its source, where reading resumes.
 *
 * @param source identifies the log that the offsets belong to
 * @param offsets the next offset to read, by partition; a partition without one is unread
 * @param readAt when the end of the log was last reached, to the millisecond
 */
public record SourcePosition(String source, Map<Integer, Long> offsets, Instant readAt) {
    public SourcePosition {
        offsets = Map.copyOf(offsets);
    }
}
