package dev.millrace.router.cache.store;

import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryKind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one kind, from the changelog of their store. Their keys have one hash. Needs no
 * router. Used by one thread.
 */
public final class EntryView<T> {
    private static final int KEY_BYTES = 33;

    private final byte code;
    private final Function<byte[], T> decode;
    private final Map<String, byte[]> entries = new HashMap<>();

    /**
     * @param decode reads an entry; throws any exception for an entry of another version
     */
    public EntryView(EntryKind kind, Function<byte[], T> decode) {
        this.code = kind.code();
        this.decode = decode;
    }

    /**
     * Applies a changelog record; they must arrive in order.
     *
     * @param value null where an entry was deleted
     */
    public void onRecord(byte[] key, byte @Nullable [] value) {
        if (key.length != KEY_BYTES || key[0] != code) {
            return;
        }
        String hash = EntryKey.hash(Bytes.wrap(key));
        if (value == null) {
            entries.remove(hash);
        } else {
            entries.put(hash, value);
        }
    }

    /** Returns the hashes of the entries, 64 hex digits each, in any order. */
    public Stream<String> hashes() {
        return entries.keySet().stream();
    }

    /** Returns an entry; empty if there is none, or another version of the router wrote it. */
    public Optional<T> find(String hash) {
        try {
            return Optional.ofNullable(entries.get(hash)).map(decode);
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
