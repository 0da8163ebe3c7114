package dev.millrace.router.entry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Reads the value of an entry that {@link EntryWriter} wrote. */
public final class EntryReader {
    private final ByteBuffer in;

    /**
     * @param what name of the kind of entry, for the message
     * @throws IllegalStateException for an entry of another version: ignoring it could lose a job
     */
    public EntryReader(byte[] entry, byte version, String what) {
        in = ByteBuffer.wrap(entry);
        byte found = in.get();
        if (found != version) {
            throw new IllegalStateException(
                    "the store has " + what + " of the unknown version " + found);
        }
    }

    /** Returns the next number. */
    public long number() {
        return in.getLong();
    }

    /** Returns the next count. */
    public int count() {
        return in.getInt();
    }

    /** Returns the next flag. */
    public boolean flag() {
        return in.get() != 0;
    }

    /** Returns the next text. */
    public String text() {
        return new String(Objects.requireNonNull(bytes()), UTF_8);
    }

    /** Returns the next bytes; null if null was written. */
    public byte @Nullable [] bytes() {
        int length = in.getInt();
        if (length == EntryWriter.NULL) {
            return null;
        }
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    /** Returns the next amount of money. */
    public BigDecimal amount() {
        return new BigDecimal(text());
    }

    /** Returns the next amount of money; null if null was written. */
    public @Nullable BigDecimal optionalAmount() {
        String value = text();
        return value.isEmpty() ? null : new BigDecimal(value);
    }

    /** Returns the next time. */
    public Instant time() {
        return Instant.ofEpochSecond(number(), count());
    }

    /** Returns the next time; null if null was written. */
    public @Nullable Instant optionalTime() {
        return flag() ? time() : null;
    }

    /** Returns the next headers of a record. */
    public Headers headers() {
        int count = count();
        var headers = new RecordHeaders();
        for (int i = 0; i < count; i++) {
            headers.add(text(), bytes());
        }
        return headers;
    }
}
