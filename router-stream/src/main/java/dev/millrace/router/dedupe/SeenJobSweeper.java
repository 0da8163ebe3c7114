package dev.millrace.router.dedupe;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Deletes expired jobs from the store, a few in each turn.
 *
 * <p>After every {@value #TURN} new entries, a turn checks the next {@value #VISITS} entries in key
 * order, and starts over at the end. A store therefore holds at most about twice the entries within
 * the window, an idle store costs nothing, and a turn takes a few milliseconds at most. A window
 * store would need three databases for each partition.
 */
final class SeenJobSweeper {
    static final int TURN = 128;
    static final int VISITS = 256;

    /** Sorts before all job ids. */
    private static final Bytes START = Bytes.wrap(new byte[0]);

    private final KeyValueStore<Bytes, byte[]> store;
    private final SeenJobExpiry expiry;
    private int putsSinceTurn;
    private @Nullable Bytes next;

    SeenJobSweeper(KeyValueStore<Bytes, byte[]> store, SeenJobExpiry expiry) {
        this.store = store;
        this.expiry = expiry;
    }

    /**
     * Records a new entry. The first turn starts at the key of this entry: job ids are hashes, so
     * any start is equally good.
     */
    void onPut(Bytes key, long nowMillis) {
        if (++putsSinceTurn >= TURN) {
            putsSinceTurn = 0;
            next = turn(next == null ? key : next, nowMillis);
        }
    }

    /** Runs a turn and returns the first key of the next one. */
    private Bytes turn(Bytes from, long nowMillis) {
        List<Bytes> expired = new ArrayList<>();
        Bytes after;
        try (KeyValueIterator<Bytes, byte[]> entries = store.range(from, null)) {
            for (int i = 0; i < VISITS && entries.hasNext(); i++) {
                var entry = entries.next();
                if (!HandledOffset.isKey(entry.key) && isExpired(entry.value, nowMillis)) {
                    expired.add(entry.key);
                }
            }
            after = entries.hasNext() ? entries.peekNextKey() : START;
        }
        expired.forEach(store::delete);
        return after;
    }

    /** Returns false for an entry of an unknown version: only its job's requests should fail. */
    private boolean isExpired(byte[] stored, long nowMillis) {
        try {
            return expiry.isExpired(SeenJob.decode(stored), nowMillis);
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
