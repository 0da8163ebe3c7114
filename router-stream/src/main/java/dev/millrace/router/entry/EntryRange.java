package dev.millrace.router.entry;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Reads ranges of entries. */
public final class EntryRange {
    private EntryRange() {}

    /** Returns the first entries of a range, both ends included. */
    public static List<KeyValue<Bytes, byte[]>> read(
            KeyValueStore<Bytes, byte[]> entries, Bytes from, Bytes to, int max) {
        List<KeyValue<Bytes, byte[]>> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = entries.range(from, to)) {
            while (found.size() < max && range.hasNext()) {
                found.add(range.next());
            }
        }
        return found;
    }
}
