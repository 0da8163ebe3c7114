package dev.millrace.contracts.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.json.CanonicalJson.FieldListener;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Computes the digest of a JSON object in one pass. The digest of an object covers its sorted keys,
 * each with the digest of its value, so that no values need to be kept for sorting. Memory grows
 * with the nesting depth and the keys of open objects, never with the length of values.
 *
 * <p>The digested bytes are unambiguous. Each value begins with a byte for its kind. A string or
 * number ends with {@link #END}, which occurs in no text. An array ends with a bracket, and an
 * object is its digest of fixed length.
 */
final class CanonicalJsonReader {
    /** More keys in open objects give no digest: a million of them would take 200 MB. */
    private static final int MAX_OPEN_KEYS = 100_000;

    private static final byte END = (byte) 0xFF;
    private static final int OUTERMOST = 0;

    private final byte[] json;
    private final Set<String> leftOut;
    private final FieldListener listener;

    /** One digest for each nesting depth of objects. */
    private final List<MessageDigest> digests = new ArrayList<>();

    private int at;
    private int openKeys;
    private boolean isAmbiguous;

    CanonicalJsonReader(byte[] json, int start, Set<String> leftOut, FieldListener listener) {
        this.json = json;
        this.leftOut = leftOut;
        this.listener = listener;
        at = start;
    }

    Optional<byte[]> digest() {
        byte[] digest = object(OUTERMOST);
        return isAmbiguous ? Optional.empty() : Optional.of(digest);
    }

    /** Reads an object and returns its digest. */
    private byte[] object(int depth) {
        MessageDigest digest = digest(depth);
        var values = new TreeMap<String, byte[]>();
        at++;
        while (next() != '}') {
            String key = key();
            skipTo(':');
            int value = at;
            value(depth, digest);
            add(values, key, digest.digest());
            if (depth == OUTERMOST) {
                listener.onField(key, value, at);
            }
            if (next() == ',') {
                at++;
            }
        }
        at++;
        openKeys -= values.size();
        if (depth == OUTERMOST) {
            values.keySet().removeAll(leftOut);
        }
        values.forEach(
                (key, value) -> {
                    digest.update(key.getBytes(ISO_8859_1));
                    digest.update(END);
                    digest.update(value);
                });
        return digest.digest();
    }

    private void add(Map<String, byte[]> values, String key, byte[] value) {
        isAmbiguous |= openKeys >= MAX_OPEN_KEYS;
        if (!isAmbiguous) {
            isAmbiguous = values.put(key, value) != null;
            openKeys++;
        }
    }

    private MessageDigest digest(int depth) {
        if (depth == digests.size()) {
            digests.add(Sha256.create());
        }
        return digests.get(depth);
    }

    /** Reads a value into a digest of the object at the given depth. */
    private void value(int depth, MessageDigest out) {
        byte first = next();
        out.update(first == '"' || first == '[' || first == '{' ? first : (byte) '#');
        switch (first) {
            case '"' -> string((from, count) -> out.update(json, from, count), out::update);
            case '[' -> {
                array(depth, out);
                return;
            }
            case '{' -> {
                out.update(object(depth + 1));
                return;
            }
            default -> plain(out);
        }
        out.update(END);
    }

    private void array(int depth, MessageDigest out) {
        at++;
        while (next() != ']') {
            value(depth, out);
            if (next() == ',') {
                at++;
            }
        }
        at++;
        out.update((byte) ']');
    }

    /** Reads a number or a literal as it is written. */
    private void plain(MessageDigest out) {
        int start = at;
        while (!isDelimiter(json[at])) {
            at++;
        }
        out.update(json, start, at - start);
    }

    private static boolean isDelimiter(byte b) {
        return b == ',' || b == ']' || b == '}' || isSpace(b);
    }

    /** Returns an unescaped key, with each of its bytes as a character. */
    private String key() {
        next();
        var text = new ByteArrayOutputStream();
        string((from, count) -> text.write(json, from, count), text::writeBytes);
        return text.toString(ISO_8859_1);
    }

    private interface Range {
        void accept(int from, int count);
    }

    private interface Characters {
        void accept(byte[] text);
    }

    /** Reads a string; ranges without escapes are passed on without a copy. */
    private void string(Range unescaped, Characters escaped) {
        at++;
        int from = at;
        while (json[at] != '"') {
            if (json[at] == '\\') {
                unescaped.accept(from, at - from);
                escaped.accept(JsonEscape.utf8(json, at));
                at += JsonEscape.length(json, at);
                from = at;
            } else {
                at++;
            }
        }
        unescaped.accept(from, at - from);
        at++;
    }

    /** Skips white space and returns the byte after it. */
    private byte next() {
        while (isSpace(json[at])) {
            at++;
        }
        return json[at];
    }

    private void skipTo(char wanted) {
        if (next() != wanted) {
            throw new IllegalArgumentException("expected " + wanted + " at byte " + at);
        }
        at++;
        next();
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
