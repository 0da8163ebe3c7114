package dev.millrace.similarity.prompt;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 of several parts. Covers the length of each part, so that different lists have
 * different digests.
 */
final class PartsDigest {
    private final MessageDigest sha256 = create();

    private static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    PartsDigest text(String text) {
        // In UTF-8, all lone surrogates would be equal.
        var bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
        bytes.asCharBuffer().put(text);
        count(text.length());
        sha256.update(bytes);
        return this;
    }

    void count(int count) {
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(count).array());
    }

    void kind(char kind) {
        sha256.update((byte) kind);
    }

    /** Covers a value. The order of an object's keys makes no difference. */
    PartsDigest value(JsonValue value) {
        switch (value) {
            case JsonValue.Text(String text) -> {
                kind('"');
                text(text);
            }
            case JsonValue.Plain(String written) -> {
                kind('#');
                text(written);
            }
            case JsonValue.Array(var items) -> {
                kind('[');
                count(items.size());
                items.forEach(this::value);
            }
            case JsonValue.Fields(var fields) -> {
                kind('{');
                count(fields.size());
                fields.forEach((key, field) -> text(key).value(field));
            }
        }
        return this;
    }

    /** Returns the digest, 64 hex digits. */
    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
