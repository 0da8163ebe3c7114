package dev.millrace.contracts.header;

import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads typed headers and throws {@link UnreadableHeader} for a missing or invalid one. */
final class HeaderReader {
    private final Headers headers;

    HeaderReader(Headers headers) {
        this.headers = headers;
    }

    <T> T required(String name, Function<String, T> read) throws UnreadableHeader {
        T value = optional(name, read);
        if (value == null) {
            throw new UnreadableHeader(name, "is missing");
        }
        return value;
    }

    <T> @Nullable T optional(String name, Function<String, T> read) throws UnreadableHeader {
        Optional<String> text = MillraceHeaders.text(headers, name);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return read.apply(text.get());
        } catch (RuntimeException e) {
            throw new UnreadableHeader(name, "is not valid: " + text.get());
        }
    }

    <T> T optional(String name, Function<String, T> read, T absent) throws UnreadableHeader {
        T value = optional(name, read);
        return value == null ? absent : value;
    }

    boolean has(String name) {
        return headers.lastHeader(name) != null;
    }

    /** Checks that the schema version of the record is readable by this program. */
    void requireSchema() throws UnreadableHeader {
        int version = required(MillraceHeaders.SCHEMA, Integer::valueOf);
        if (version > MillraceHeaders.SCHEMA_VERSION
                || version < MillraceHeaders.SCHEMA_VERSION - 1) {
            throw new UnreadableHeader(
                    MillraceHeaders.SCHEMA,
                    "is version "
                            + version
                            + ", this program reads "
                            + (MillraceHeaders.SCHEMA_VERSION - 1)
                            + " and "
                            + MillraceHeaders.SCHEMA_VERSION);
        }
    }
}
