package dev.millrace.contracts.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a webhook. It signs events with HMAC-SHA256, in the form of the specification Standard
 * Webhooks. Its text is {@code whsec_} followed by 24 to 64 bytes in base64.
 */
public final class SigningKey {
    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";

    /** Bounds of the specification. */
    private static final int MIN_BYTES = 24;

    private static final int MAX_BYTES = 64;

    private final SecretKeySpec key;

    private SigningKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** Returns the problem of a key's text without showing the text; empty for a valid key. */
    public static Optional<String> problem(String text) {
        return bytes(text).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "must be whsec_ and then "
                                + MIN_BYTES
                                + " to "
                                + MAX_BYTES
                                + " bytes in base64, as this prints: echo \"whsec_$(openssl rand"
                                + " -base64 32)\"");
    }

    /**
     * Parses a key.
     *
     * @throws IllegalArgumentException with the reason, without the text, if the text is not a key
     */
    public static SigningKey of(String text) {
        return bytes(text)
                .map(SigningKey::new)
                .orElseThrow(() -> new IllegalArgumentException(problem(text).orElse("")));
    }

    private static Optional<byte[]> bytes(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(stripped.substring(PREFIX.length()));
            return Optional.of(bytes)
                    .filter(it -> it.length >= MIN_BYTES && it.length <= MAX_BYTES);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the value of the header {@code webhook-signature}.
     *
     * @param id value of the header {@code webhook-id}
     * @param epochSeconds value of the header {@code webhook-timestamp}
     */
    public String sign(String id, long epochSeconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((id + "." + epochSeconds + ".").getBytes(UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
