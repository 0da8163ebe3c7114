package dev.millrace.gateway.key;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyToken;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Authenticator;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.ErrorKind;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Identifies callers by the API keys in control. Without any key there, only this machine is
 * served. Revoked and expired keys count as keys: ending the last one must not open the gateway.
 */
final class KeyAuthenticator implements Authenticator {
    private static final HeaderName ANTHROPIC_KEY = HeaderNames.create("x-api-key");
    private static final String BEARER = "Bearer ";
    private static final String CODE = "invalid_api_key";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Authenticator withoutKeys;
    private final Supplier<ControlState> control;
    private final Catalog catalog;
    private final KeyClock clock;
    private final KeyRates rates;
    private final KeyFreshness freshness;

    /**
     * Creates an authenticator.
     *
     * @param control the current state of control
     * @param catalog resolves the aliases of models
     * @param withoutKeys identifies callers while there is no key
     */
    KeyAuthenticator(
            Supplier<ControlState> control,
            Catalog catalog,
            KeyClock clock,
            Authenticator withoutKeys) {
        this.withoutKeys = withoutKeys;
        this.control = control;
        this.catalog = catalog;
        this.clock = clock;
        rates = new KeyRates(clock);
        freshness = new KeyFreshness(clock.readable(), clock.ticker());
    }

    @Override
    public Caller authenticate(ServerRequest request) {
        if (freshness.isStale()) {
            throw ApiError.overloaded(
                    RETRY_AFTER,
                    "the gateway cannot read the API keys from Kafka, and a key may have been"
                            + " revoked meanwhile");
        }
        ControlState state = control.get();
        if (state.apiKeys().isEmpty()) {
            return withoutKeys.authenticate(request);
        }
        KeyToken token =
                given(request)
                        .flatMap(KeyToken::parse)
                        .orElseThrow(
                                () ->
                                        refused(
                                                given(request).isEmpty()
                                                        ? "the request has no API key: send it as"
                                                                + " \"Authorization: Bearer KEY\" or"
                                                                + " \"x-api-key: KEY\""
                                                        : "this is no API key of Millrace, which"
                                                                + " begins with mr-"));
        Instant now = clock.time().instant();
        GatewayKey key =
                GatewayKey.find(token.id(), state)
                        .filter(it -> it.hasSecret(token.secret(), now))
                        .orElseThrow(() -> refused("there is no such API key"));
        if (!key.isInForce(now)) {
            throw refused(
                    "the API key \"%s\" %s"
                            .formatted(
                                    key.name(),
                                    key.revoked().isPresent() ? "is revoked" : "has expired"));
        }
        return caller(token.id(), key, state);
    }

    private Caller caller(String id, GatewayKey key, ControlState state) {
        return new Caller(
                key.name(),
                key.access().tenant(),
                GatewayKey.batch(id),
                Optional.of(id),
                key.access().rights(),
                new KeyLimits(
                        key,
                        catalog,
                        rates.of(id, state.apiKeys().keySet()),
                        clock,
                        () -> isInForce(id)));
    }

    private boolean isInForce(String id) {
        return GatewayKey.find(id, control.get())
                .filter(it -> it.isInForce(clock.time().instant()))
                .isPresent();
    }

    private static Optional<String> given(ServerRequest request) {
        var headers = request.headers();
        return headers.first(HeaderNames.AUTHORIZATION)
                .map(KeyAuthenticator::bearer)
                .or(() -> headers.first(ANTHROPIC_KEY))
                .map(String::strip)
                .filter(it -> !it.isEmpty());
    }

    /** Returns the token of a header; null for another scheme. */
    private static @Nullable String bearer(String header) {
        return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length())
                : null;
    }

    private static ApiError refused(String message) {
        return ApiError.of(ErrorKind.UNAUTHENTICATED, CODE, message);
    }
}
