package dev.millrace.router.semantic;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryScan;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.similarity.verification.VerificationRecord;
import dev.millrace.similarity.verification.VerificationState;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;

/** Stores, for each namespace, how often the answers to similar questions were right. */
final class VerificationStore {
    /** Time for which a namespace's state is kept after its last verified answer. */
    static final Duration KEPT = Duration.ofDays(30);

    private static final byte VERSION = 1;
    private static final int BYTES = 48;

    private final KeyValueStore<Bytes, byte[]> entries;
    private final EntryScan all;

    VerificationStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        all = new EntryScan(entries, QuestionKind.VERIFICATION);
    }

    private record Entry(long changedMillis, VerificationState state) {}

    /** Returns the state of a namespace; empty if none is stored or readable. */
    Optional<VerificationState> find(String namespace) {
        byte[] entry = entries.get(EntryKey.of(QuestionKind.VERIFICATION, namespace));
        return entry == null ? Optional.empty() : read(entry).map(Entry::state);
    }

    private static Optional<Entry> read(byte[] entry) {
        try {
            var in = new EntryReader(entry, VERSION, "a verification");
            long changed = in.number();
            byte[] state = Objects.requireNonNull(in.bytes());
            return Optional.of(new Entry(changed, VerificationRecord.decode(state)));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Stores the state of a namespace. */
    void put(String namespace, VerificationState state, long nowMillis) {
        entries.put(
                EntryKey.of(QuestionKind.VERIFICATION, namespace),
                new EntryWriter(VERSION, BYTES)
                        .number(nowMillis)
                        .bytes(VerificationRecord.encode(state))
                        .toBytes());
    }

    /** Deletes states that are too old or unreadable, a few in each turn, cyclically. */
    boolean sweep(long nowMillis) {
        boolean hasDeleted = false;
        for (KeyValue<Bytes, byte[]> entry : all.pageInTurn()) {
            long kept = KEPT.toMillis();
            if (read(entry.value).filter(it -> nowMillis - it.changedMillis() < kept).isEmpty()) {
                entries.delete(entry.key);
                hasDeleted = true;
            }
        }
        return hasDeleted;
    }
}
