package dev.millrace.gateway.key;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.CallerLimits;
import dev.millrace.gateway.http.ErrorKind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The limits of one key, as they were when the request arrived. */
final class KeyLimits implements CallerLimits {
    private final GatewayKey key;
    private final Catalog catalog;
    private final KeyRates.Rates rates;
    private final KeyClock clock;
    private final BooleanSupplier inForce;

    /**
     * @param inForce returns true until the key expires, is revoked or removed
     */
    KeyLimits(
            GatewayKey key,
            Catalog catalog,
            KeyRates.Rates rates,
            KeyClock clock,
            BooleanSupplier inForce) {
        this.inForce = inForce;
        this.key = key;
        this.catalog = catalog;
        this.rates = rates;
        this.clock = clock;
    }

    @Override
    public boolean permits(String model) {
        return access().permits(catalog.nameOf(model));
    }

    private KeyAccess access() {
        return key.access();
    }

    @Override
    public Admission admit(long tokens) {
        synchronized (rates) {
            RateBucket requests = rates.requests(access().requestsPerMinute());
            RateBucket bucket = rates.tokens(access().tokensPerMinute());
            check(requests, 1, "requests", access().requestsPerMinute());
            check(bucket, (double) tokens, "tokens", access().tokensPerMinute());
            if (requests != null) {
                requests.take(1);
            }
            if (bucket != null) {
                bucket.take((double) tokens);
            }
        }
        return used -> settle(used - tokens);
    }

    private void check(
            @Nullable RateBucket bucket, double amount, String what, OptionalLong limit) {
        Duration wait = bucket == null ? Duration.ZERO : bucket.waitFor(amount);
        if (wait.isPositive()) {
            throw ApiError.of(
                            ErrorKind.RATE_LIMITED,
                            "rate_limit_exceeded",
                            String.format(
                                    Locale.ROOT,
                                    "the key \"%s\" has reached its limit of %,d %s per minute;"
                                            + " repeat the request in %.1f s",
                                    key.name(),
                                    limit.orElse(0),
                                    what,
                                    wait.toMillis() / 1_000.0))
                    .retryAfter(wait);
        }
    }

    private void settle(long difference) {
        synchronized (rates) {
            RateBucket bucket = rates.tokens(access().tokensPerMinute());
            if (bucket != null) {
                bucket.take((double) difference);
            }
        }
    }

    @Override
    public boolean isInForce() {
        return inForce.getAsBoolean();
    }

    @Override
    public Map<String, String> headers(ApiStyle style) {
        var headers = new LinkedHashMap<String, String>();
        synchronized (rates) {
            put("requests", access().requestsPerMinute(), style, headers);
            put("tokens", access().tokensPerMinute(), style, headers);
        }
        return headers;
    }

    private void put(String what, OptionalLong limit, ApiStyle style, Map<String, String> headers) {
        RateBucket bucket = what.equals("requests") ? rates.requests(limit) : rates.tokens(limit);
        if (bucket == null) {
            return;
        }
        // What other instances have left is unknown; each is assumed to have as much left as this
        // one.
        double left = bucket.available() * clock.instances().getAsInt();
        long remaining = Math.clamp((long) Math.floor(left), 0, limit.orElse(0));
        RateHeaders.put(
                style,
                what,
                limit.orElse(0),
                remaining,
                bucket.untilFull(),
                clock.time().instant(),
                headers);
    }
}
