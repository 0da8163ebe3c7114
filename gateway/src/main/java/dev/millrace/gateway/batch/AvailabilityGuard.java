package dev.millrace.gateway.batch;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.HttpRoute;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers 503 to a request about a batch while the files, Kafka or the results cannot be reached.
 */
public final class AvailabilityGuard {
    private static final Logger LOG = LoggerFactory.getLogger(AvailabilityGuard.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private AvailabilityGuard() {}

    /**
     * Returns a handler that answers failures of the given one with 503. Cuts off an answer that
     * has begun.
     */
    public static HttpRoute.Handler of(HttpRoute.Handler handler) {
        return exchange -> {
            try {
                handler.handle(exchange);
            } catch (IOException | KafkaException e) {
                if (exchange.response().bytesWritten() > 0) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("request_id", exchange.requestId())
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("A request about a batch cannot be answered now");
                throw ApiError.overloaded(
                        RETRY_AFTER,
                        "the gateway cannot reach its files, Kafka or the results; repeat the"
                                + " request");
            }
        };
    }
}
