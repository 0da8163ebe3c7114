package dev.millrace.gateway.http;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The metrics of requests. {@code docs/metrics.md} lists them. Thread-safe. */
public final class RequestMeters {
    private static final String PREFIX = "millrace.gateway.";

    /** Label for a path or method without a route: clients must not be able to create labels. */
    private static final String NONE = "none";

    private final MeterRegistry registry;
    private final LongSupplier nanoTicker;

    public RequestMeters(MeterRegistry registry, LongSupplier nanoTicker) {
        this.registry = registry;
        this.nanoTicker = nanoTicker;
    }

    /** Returns meters without a reader. */
    public static RequestMeters unread() {
        return new RequestMeters(new CompositeMeterRegistry(), () -> 0);
    }

    /** Starts to time a request. */
    Sample begin() {
        return new Sample();
    }

    /** One request. Belongs to its thread. */
    final class Sample {
        private final long startNanos = nanoTicker.getAsLong();
        private String route = NONE;
        private String method = NONE;

        void onRoute(String label, Method found) {
            route = label;
            method = found.text();
        }

        /** Counts an error that protects the gateway or its operator. */
        void onRefused(ApiError error) {
            String reason = reason(error);
            if (reason != null) {
                registry.counter(PREFIX + "refusals", "reason", reason).increment();
            }
        }

        /**
         * Records the end of the request.
         *
         * @param status status of the answer; null if the client did not get the whole answer
         */
        void end(@Nullable Status status) {
            registry.timer(
                            PREFIX + "requests",
                            "route",
                            route,
                            "method",
                            method,
                            "status",
                            status == null ? NONE : status.code() / 100 + "xx")
                    .record(nanoTicker.getAsLong() - startNanos, TimeUnit.NANOSECONDS);
        }
    }

    private static @Nullable String reason(ApiError error) {
        return switch (error.kind()) {
            case UNAUTHENTICATED -> "key";
            case FORBIDDEN -> "model_not_allowed".equals(error.code()) ? "model" : "key";
            case RATE_LIMITED -> "rate_limit";
            case OUT_OF_MONEY -> "budget";
            case TOO_LARGE -> "size";
            case SLOW -> "slow_client";
            case OVERLOADED -> "overloaded".equals(error.code()) ? "overload" : "unavailable";
            case INVALID_REQUEST,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    CONFLICT,
                    UNSUPPORTED,
                    UNPROCESSABLE,
                    INTERNAL,
                    UPSTREAM,
                    TIMEOUT ->
                    null;
        };
    }
}
