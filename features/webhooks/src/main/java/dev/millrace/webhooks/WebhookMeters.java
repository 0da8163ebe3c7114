package dev.millrace.webhooks;

import dev.millrace.webhooks.outbox.DeliveryState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** The metrics of webhooks: attempts by their outcome. */
final class WebhookMeters {
    private final Map<DeliveryState, Counter> attempts = new EnumMap<>(DeliveryState.class);

    WebhookMeters(MeterRegistry registry) {
        attempts.put(DeliveryState.DELIVERED, counter(registry, "delivered"));
        attempts.put(DeliveryState.WAITING, counter(registry, "retried"));
        attempts.put(DeliveryState.FAILED, counter(registry, "failed"));
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("millrace.webhook.attempts")
                .description("Attempts to deliver an event to a webhook")
                .tag("outcome", outcome)
                .register(registry);
    }

    void attempted(DeliveryState state) {
        Counter counter = attempts.get(state);
        if (counter != null) {
            counter.increment();
        }
    }
}
