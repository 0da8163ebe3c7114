package dev.millrace.router.entry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.kafka.common.utils.Bytes;

/**
 * Builds and reads the keys of entries: a byte for the kind of the entry, then binary parts, so
 * that entries of a kind are sorted by these parts. A store holds entries of many kinds.
 */
public final class EntryKey {
    /** Length of a hash in bytes; as text it has 64 hex digits. */
    private static final int HASH_BYTES = 32;

    private EntryKey() {}

    private static byte[] bytes(String hash) {
        return HexFormat.of().parseHex(hash);
    }

    /** Returns the key of the only entry of a kind. */
    public static Bytes of(EntryKind kind) {
        return Bytes.wrap(new byte[] {kind.code(), 0});
    }

    /** Returns the key of an entry that hex digits identify. */
    public static Bytes of(EntryKind kind, String hex) {
        byte[] id = HexFormat.of().parseHex(hex);
        return Bytes.wrap(prefix(kind, id.length).put(id).array());
    }

    /** Returns the key of an entry that a text identifies. */
    public static Bytes ofText(EntryKind kind, String text) {
        byte[] id = text.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(prefix(kind, id.length).put(id).array());
    }

    /** Returns a key that sorts by the hash first. */
    public static Bytes of(EntryKind kind, String hash, long number) {
        return Bytes.wrap(
                prefix(kind, HASH_BYTES + Long.BYTES).put(bytes(hash)).putLong(number).array());
    }

    /** Returns a key that sorts by the number first, which must not be negative. */
    public static Bytes of(EntryKind kind, long number, String hash) {
        return Bytes.wrap(
                prefix(kind, Long.BYTES + HASH_BYTES).putLong(number).put(bytes(hash)).array());
    }

    /** Returns a key that sorts by the first number, which must not be negative. */
    public static Bytes of(EntryKind kind, long number, String hash, long last) {
        return Bytes.wrap(
                prefix(kind, Long.BYTES + HASH_BYTES + Long.BYTES)
                        .putLong(number)
                        .put(bytes(hash))
                        .putLong(last)
                        .array());
    }

    /** Returns the lower bound of all keys of a kind; no entry has it. */
    public static Bytes first(EntryKind kind) {
        return Bytes.wrap(new byte[] {kind.code()});
    }

    /** Returns the upper bound of all keys of a kind; no entry has it. */
    public static Bytes last(EntryKind kind) {
        return Bytes.wrap(new byte[] {(byte) (kind.code() + 1)});
    }

    /** Returns the lower bound of the keys of a kind from a number on; no entry has it. */
    public static Bytes from(EntryKind kind, long number) {
        return Bytes.wrap(prefix(kind, Long.BYTES).putLong(number).array());
    }

    /** Returns the first key after the given one. */
    public static Bytes after(Bytes key) {
        return Bytes.wrap(Arrays.copyOf(key.get(), key.get().length + 1));
    }

    /** Returns the hash that follows the kind. */
    public static String hash(Bytes key) {
        return hex(key, 1);
    }

    /** Returns the hash that follows the kind and a number. */
    public static String hashAfterNumber(Bytes key) {
        return hex(key, 1 + Long.BYTES);
    }

    /** Returns the hex digits that follow the kind and are the rest of the key. */
    public static String hex(Bytes key) {
        return HexFormat.of().formatHex(key.get(), 1, key.get().length);
    }

    /** Returns the number that follows the kind. */
    public static long number(Bytes key) {
        return ByteBuffer.wrap(key.get(), 1, Long.BYTES).getLong();
    }

    /** Returns the number at the end of the key. */
    public static long lastNumber(Bytes key) {
        byte[] bytes = key.get();
        return ByteBuffer.wrap(bytes).getLong(bytes.length - Long.BYTES);
    }

    private static String hex(Bytes key, int at) {
        return HexFormat.of().formatHex(key.get(), at, at + HASH_BYTES);
    }

    private static ByteBuffer prefix(EntryKind kind, int more) {
        return ByteBuffer.allocate(1 + more).put(kind.code());
    }
}
