package dev.millrace.sink.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.config.SinkConfig.ApiKey;
import dev.millrace.contracts.config.SinkConfig.Role;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Identifies the caller of a request by its bearer key. Without configured keys, everyone on this
 * machine may do everything, so the {@code Host} header must name this machine: a page in a browser
 * could otherwise point a host name of its own at this server (DNS rebinding).
 */
final class Authenticator {
    private static final String BEARER = "bearer ";
    private static final Caller LOCAL = new Caller("local", Optional.empty(), Role.OPERATE);

    private final List<ApiKey> keys;

    Authenticator(List<ApiKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Returns the caller.
     *
     * @param host the header {@code Host}
     * @throws ApiError when the caller is unknown
     */
    Caller authenticate(Optional<String> authorization, String host) {
        if (keys.isEmpty()) {
            if (!isThisMachine(host)) {
                throw ApiError.forbidden(
                        "without sink.api_keys, only requests to localhost are answered", null);
            }
            return LOCAL;
        }
        String header =
                authorization.orElseThrow(
                        () -> ApiError.unauthenticated("send Authorization: Bearer KEY"));
        if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw ApiError.unauthenticated("send Authorization: Bearer KEY");
        }
        return find(header.substring(BEARER.length()).strip());
    }

    /** Compares every hash in constant time, so that the duration does not reveal a key. */
    private Caller find(String key) {
        byte[] hash = sha256(key);
        ApiKey found = null;
        for (ApiKey each : keys) {
            if (MessageDigest.isEqual(hash, HexFormat.of().parseHex(each.sha256()))) {
                found = each;
            }
        }
        if (found == null) {
            throw ApiError.unauthenticated("the key is unknown");
        }
        return new Caller(found.name(), found.tenant(), found.role());
    }

    private static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static boolean isThisMachine(String host) {
        String name = host.replaceFirst(":\\d*$", "");
        return name.equalsIgnoreCase("localhost")
                || name.equals("[::1]")
                || name.matches("127(\\.\\d{1,3}){3}");
    }
}
