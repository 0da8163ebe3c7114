package dev.millrace.router.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes the value of an entry: a version byte, then its fields. */
final class EntryWriter {
    static final int NULL = -1;

    private final ByteArrayOutputStream bytes;
    private final DataOutputStream out;

    EntryWriter(byte version, int expectedBytes) {
        bytes = new ByteArrayOutputStream(expectedBytes);
        out = new DataOutputStream(bytes);
        bytes.write(version);
    }

    EntryWriter number(long value) {
        return write(() -> out.writeLong(value));
    }

    EntryWriter count(int value) {
        return write(() -> out.writeInt(value));
    }

    EntryWriter flag(boolean value) {
        return write(() -> out.writeBoolean(value));
    }

    EntryWriter text(String value) {
        return bytes(value.getBytes(UTF_8));
    }

    EntryWriter bytes(byte @Nullable [] value) {
        return write(
                () -> {
                    out.writeInt(value == null ? NULL : value.length);
                    if (value != null) {
                        out.write(value);
                    }
                });
    }

    byte[] toBytes() {
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
