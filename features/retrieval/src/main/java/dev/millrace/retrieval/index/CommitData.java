package dev.millrace.retrieval.index;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the user data of a Lucene commit: the format of the index, and the position in
 * its source.
 */
final class CommitData {
    private static final String FORMAT = "format";
    private static final String SOURCE = "source";
    private static final String READ_AT = "read-at";
    private static final String OFFSET = "offset-";

    private CommitData() {}

    static Map<String, String> of(String format, SourcePosition position) {
        var data = new HashMap<String, String>();
        data.put(FORMAT, format);
        data.put(SOURCE, position.source());
        data.put(READ_AT, Long.toString(position.readAt().toEpochMilli()));
        position.offsets()
                .forEach((partition, offset) -> data.put(OFFSET + partition, offset.toString()));
        return data;
    }

    static boolean hasFormat(Map<String, String> data, String format) {
        return format.equals(data.get(FORMAT));
    }

    /** Returns the position, if the data has one that can be read. */
    static Optional<SourcePosition> position(Map<String, String> data) {
        @Nullable String source = data.get(SOURCE);
        @Nullable String readAt = data.get(READ_AT);
        if (source == null || readAt == null) {
            return Optional.empty();
        }
        try {
            var offsets = new HashMap<Integer, Long>();
            for (var it : data.entrySet()) {
                if (it.getKey().startsWith(OFFSET)) {
                    int partition = Integer.parseInt(it.getKey().substring(OFFSET.length()));
                    offsets.put(partition, Long.parseLong(it.getValue()));
                }
            }
            return Optional.of(
                    new SourcePosition(
                            source, offsets, Instant.ofEpochMilli(Long.parseLong(readAt))));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
