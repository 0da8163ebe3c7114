package dev.millrace.webhooks;

import dev.millrace.configuration.SinkConfig.Webhook;
import dev.millrace.contracts.control.ControlState;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The settings of webhooks.
 *
 * @param jdbcUrl URL of the sink's database; can contain a password and is never logged
 * @param control reads the state of the control topic, about once a second on one thread
 * @param random spreads retries
 */
public record WebhookSettings(
        String jdbcUrl,
        List<Webhook> webhooks,
        Supplier<ControlState> control,
        MeterRegistry meters,
        InstantSource clock,
        RandomGenerator.SplittableGenerator random) {
    public WebhookSettings {
        webhooks = List.copyOf(webhooks);
    }

    /** Omits the URL, which may contain a password. */
    @Override
    public String toString() {
        return "WebhookSettings[webhooks=" + webhooks + "]";
    }
}
