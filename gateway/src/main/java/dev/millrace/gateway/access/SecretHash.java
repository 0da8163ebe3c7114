package dev.millrace.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.json.JsonFields;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stored form of a secret: SHA-256 of the salt followed by the secret.
 *
 * @param salt 16 random bytes, in hex
 * @param hash 32 bytes, in hex
 * @param created when the secret was created
 * @param expires time from which a replaced secret is refused; empty for the current secret
 */
public record SecretHash(String salt, String hash, Instant created, Optional<Instant> expires) {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /**
     * Checks the forms of salt and hash.
     *
     * @throws IllegalArgumentException if salt or hash is not hex or has a wrong length
     */
    public SecretHash {
        requireHex("salt", salt, SALT_BYTES);
        requireHex("hash", hash, HASH_BYTES);
    }

    private static void requireHex(String name, String text, int bytes) {
        if (text.length() != 2 * bytes || !text.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    "the " + name + " of a secret must be " + 2 * bytes + " hex digits");
        }
    }

    /** Hashes a secret with a new salt. */
    public static SecretHash of(String secret, SecureRandom random, Instant created) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new SecretHash(
                HexFormat.of().formatHex(salt),
                HexFormat.of().formatHex(digest(salt, secret)),
                created,
                Optional.empty());
    }

    /** Returns true if the secret is the hashed one. The time does not depend on the secret. */
    public boolean matches(String secret) {
        byte[] given = digest(HexFormat.of().parseHex(salt), secret);
        return MessageDigest.isEqual(given, HexFormat.of().parseHex(hash));
    }

    /** Returns true if the secret has been replaced and is refused now. */
    public boolean isExpired(Instant now) {
        return expires.filter(it -> !now.isBefore(it)).isPresent();
    }

    /** Returns this secret with an end, unless it ends earlier. */
    SecretHash until(Instant end) {
        return expires.filter(it -> it.isBefore(end)).isPresent()
                ? this
                : new SecretHash(salt, hash, created, Optional.of(end));
    }

    private static byte[] digest(byte[] salt, String secret) {
        MessageDigest sha = Sha256.create();
        sha.update(salt);
        return sha.digest(secret.getBytes(UTF_8));
    }

    ObjectNode toJson() {
        ObjectNode json = JsonFields.object();
        json.put("salt", salt);
        json.put("sha256", hash);
        json.put("created", created.toString());
        expires.ifPresent(it -> json.put("expires", it.toString()));
        return json;
    }

    static SecretHash of(JsonNode node) {
        var json = new JsonFields(node, "a secret of an API key");
        return new SecretHash(
                json.text("salt"),
                json.text("sha256"),
                json.time("created"),
                json.optionalTime("expires"));
    }

    /** Shows no hash. */
    @Override
    public String toString() {
        return "secret of " + created + expires.map(it -> " until " + it).orElse("");
    }
}
