package dev.millrace.router.seen;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Forgets seen jobs whose time is over, a few with each turn.
 *
 * <p>Every {@value #TURN} new entries the next {@value #VISITS} in the order of their keys are
 * looked at, round and round, beginning anywhere. So a store holds at most about twice what is
 * within the window, an idle one costs nothing, and no turn takes longer than a few milliseconds. A
 * window store would do the same with three databases for each partition.
 */
final class Sweep {
    static final int TURN = 128;
    static final int VISITS = 256;

    /** Not after any job's id. */
    private static final Bytes START = Bytes.wrap(new byte[0]);

    private final KeyValueStore<Bytes, byte[]> store;
    private final Expiry expiry;
    private int putsSinceTurn;
    private @Nullable Bytes next;

    Sweep(KeyValueStore<Bytes, byte[]> store, Expiry expiry) {
        this.store = store;
        this.expiry = expiry;
    }

    /** An entry has been added; job ids are hashes, so its key is as good a start as any. */
    void onPut(Bytes key, long nowMillis) {
        if (++putsSinceTurn >= TURN) {
            putsSinceTurn = 0;
            next = turn(next == null ? key : next, nowMillis);
        }
    }

    /** Returns where the next turn begins. */
    private Bytes turn(Bytes from, long nowMillis) {
        List<Bytes> over = new ArrayList<>();
        Bytes after;
        try (KeyValueIterator<Bytes, byte[]> entries = store.range(from, null)) {
            for (int i = 0; i < VISITS && entries.hasNext(); i++) {
                var entry = entries.next();
                if (!CountedEnds.isKey(entry.key) && isOver(entry.value, nowMillis)) {
                    over.add(entry.key);
                }
            }
            after = entries.hasNext() ? entries.peekNextKey() : START;
        }
        over.forEach(store::delete);
        return after;
    }

    /** An entry of another version stays, and its own job meets it: no other one may fail on it. */
    private boolean isOver(byte[] stored, long nowMillis) {
        try {
            return expiry.isOver(SeenJob.decode(stored), nowMillis);
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
