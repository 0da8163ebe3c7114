package dev.millrace.router.entry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Writes the value of an entry: a version byte, then its fields. */
public final class EntryWriter {
    static final int NULL = -1;

    private final ByteArrayOutputStream bytes;
    private final DataOutputStream out;

    /**
     * @param version of the format, which {@link EntryReader} checks
     */
    public EntryWriter(byte version, int expectedBytes) {
        bytes = new ByteArrayOutputStream(expectedBytes);
        out = new DataOutputStream(bytes);
        bytes.write(version);
    }

    public EntryWriter number(long value) {
        return write(() -> out.writeLong(value));
    }

    public EntryWriter count(int value) {
        return write(() -> out.writeInt(value));
    }

    public EntryWriter flag(boolean value) {
        return write(() -> out.writeBoolean(value));
    }

    public EntryWriter text(String value) {
        return bytes(value.getBytes(UTF_8));
    }

    /** Adds bytes, or null. */
    public EntryWriter bytes(byte @Nullable [] value) {
        return write(
                () -> {
                    out.writeInt(value == null ? NULL : value.length);
                    if (value != null) {
                        out.write(value);
                    }
                });
    }

    /** Adds an amount of money. */
    public EntryWriter amount(BigDecimal value) {
        return text(value.toPlainString());
    }

    /** Adds an amount of money, or null. */
    public EntryWriter optionalAmount(@Nullable BigDecimal value) {
        return text(value == null ? "" : value.toPlainString());
    }

    public EntryWriter time(Instant value) {
        return number(value.getEpochSecond()).count(value.getNano());
    }

    /** Adds a time, or null. */
    public EntryWriter optionalTime(@Nullable Instant value) {
        return value == null ? flag(false) : flag(true).time(value);
    }

    /** Adds the headers of a record. */
    public EntryWriter headers(Headers headers) {
        Header[] all = headers.toArray();
        count(all.length);
        for (Header header : all) {
            text(header.key()).bytes(header.value());
        }
        return this;
    }

    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    private interface Write {
        void run() throws IOException;
    }

    private EntryWriter write(Write field) {
        try {
            field.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
