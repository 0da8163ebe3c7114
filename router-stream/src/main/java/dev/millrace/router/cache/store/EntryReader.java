package dev.millrace.router.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the value of an entry that {@link EntryWriter} wrote. */
final class EntryReader {
    private final ByteBuffer in;

    /**
     * @param what name of the kind of entry, for the message
     * @throws IllegalStateException for an entry of another version: ignoring it could lose a job
     */
    EntryReader(byte[] entry, byte version, String what) {
        in = ByteBuffer.wrap(entry);
        byte found = in.get();
        if (found != version) {
            throw new IllegalStateException(
                    "the cache's store has " + what + " of the unknown version " + found);
        }
    }

    long number() {
        return in.getLong();
    }

    int count() {
        return in.getInt();
    }

    boolean flag() {
        return in.get() != 0;
    }

    String text() {
        return new String(Objects.requireNonNull(bytes()), UTF_8);
    }

    byte @Nullable [] bytes() {
        int length = in.getInt();
        if (length == EntryWriter.NULL) {
            return null;
        }
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }
}
