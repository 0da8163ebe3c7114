package dev.millrace.gateway.access;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An API key as its user sends it: {@code mr-<id>-<secret>}.
 *
 * @param id 16 hex digits; not secret
 * @param secret 256 random bits in URL-safe base64
 */
public record KeyToken(String id, String secret) {
    private static final String PREFIX = "mr-";
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    private static final Pattern FORM =
            Pattern.compile(PREFIX + "([0-9a-f]{16})-([A-Za-z0-9_-]{43})");

    /** Creates a new key with a random id. */
    public static KeyToken mint(SecureRandom random) {
        return new KeyToken(HexFormat.of().formatHex(bytes(random, ID_BYTES)), newSecret(random));
    }

    /** Returns a new key with a given id. */
    public static KeyToken mint(String id, SecureRandom random) {
        return new KeyToken(id, newSecret(random));
    }

    private static String newSecret(SecureRandom random) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(random, SECRET_BYTES));
    }

    private static byte[] bytes(SecureRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Reads a key; empty for any other text. */
    public static Optional<KeyToken> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new KeyToken(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** Returns the whole key, which must not be logged. */
    public String text() {
        return PREFIX + id + "-" + secret;
    }

    /** Shows the id only. */
    @Override
    public String toString() {
        return PREFIX + id + "-…";
    }
}
