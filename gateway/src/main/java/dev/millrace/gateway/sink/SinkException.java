package dev.millrace.gateway.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sink cannot be reached, or does not answer as expected. The message is one line. */
public final class SinkException extends IOException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;

    SinkException(String message) {
        super(message);
        retryAfter = null;
    }

    SinkException(String message, Throwable cause) {
        super(message, cause);
        retryAfter = null;
    }

    /** Reports that the sink refuses a request because the tenant has too many at once. */
    SinkException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /**
     * Returns the time after which the request may be repeated, if the sink has refused it because
     * the tenant has too many at once.
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
