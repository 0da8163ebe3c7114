package dev.millrace.router.entry;

import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Visits all entries of a kind, one page in each turn. */
public final class EntryScan {
    private static final int PAGE = 256;

    private final KeyValueStore<Bytes, byte[]> entries;
    private final EntryKind kind;
    private long cause = Long.MIN_VALUE;

    /** Where the next page begins; null while no scan runs. */
    private @Nullable Bytes next;

    public EntryScan(KeyValueStore<Bytes, byte[]> entries, EntryKind kind) {
        this.entries = entries;
        this.kind = kind;
    }

    /** Begins with the first entry. */
    public void start() {
        next = EntryKey.first(kind);
    }

    /** Returns true until the last page was returned. */
    public boolean isRunning() {
        return next != null;
    }

    /** Returns the next page, empty if no scan runs; the scan ends with the last one. */
    public List<KeyValue<Bytes, byte[]>> page() {
        if (next == null) {
            return List.of();
        }
        var page = EntryRange.read(entries, next, EntryKey.last(kind), PAGE);
        next = page.size() < PAGE ? null : EntryKey.after(page.getLast().key);
        return page;
    }

    /** Returns the next page; after the last one, the first one. */
    public List<KeyValue<Bytes, byte[]>> pageInTurn() {
        if (next == null) {
            start();
        }
        return page();
    }

    /**
     * Returns the next page. Begins with the first entry whenever the cause has changed.
     *
     * @param newCause such as the time before which jobs are lost
     */
    public List<KeyValue<Bytes, byte[]>> pageBecauseOf(long newCause) {
        if (newCause != cause) {
            cause = newCause;
            start();
        }
        return page();
    }
}
