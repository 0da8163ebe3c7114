package dev.millrace.sink.api;

import dev.millrace.contracts.config.SinkConfig.ApiKey;
import dev.millrace.contracts.config.SinkConfig.Role;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.service.LocalRequests;
import dev.millrace.contracts.service.LocalRequests.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Identifies the caller of a request by its bearer key. Without configured keys, everyone on this
 * machine may do everything.
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
     * @throws ApiError when the caller is unknown
     */
    Caller authenticate(ServerRequest request) {
        if (keys.isEmpty()) {
            requireLocal(request);
            return LOCAL;
        }
        String header =
                request.headers()
                        .first(HeaderNames.AUTHORIZATION)
                        .orElseThrow(
                                () -> ApiError.unauthenticated("send Authorization: Bearer KEY"));
        if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw ApiError.unauthenticated("send Authorization: Bearer KEY");
        }
        return find(header.substring(BEARER.length()).strip());
    }

    private static void requireLocal(ServerRequest request) {
        Optional<Refusal> refusal =
                LocalRequests.refusal(
                        request.remotePeer().address(),
                        request.authority(),
                        name -> request.headers().first(HeaderNames.create(name)),
                        Set.of());
        if (refusal.isPresent()) {
            throw ApiError.forbidden("without sink.api_keys, " + refusal.get().text(), null);
        }
    }

    /** Compares every hash in constant time, so that the duration does not reveal a key. */
    private Caller find(String key) {
        byte[] hash = Sha256.of(key);
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
}
