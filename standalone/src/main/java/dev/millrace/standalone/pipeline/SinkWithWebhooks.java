package dev.millrace.standalone.pipeline;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.SinkConfig;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.sink.Sink;
import dev.millrace.standalone.client.ControlStates;
import dev.millrace.webhooks.WebhookSettings;
import dev.millrace.webhooks.Webhooks;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** A sink that also reports events to webhooks. Webhooks never hold up the sink. */
final class SinkWithWebhooks implements Service {
    private final Sink sink;
    private final ControlStates control;
    private final Webhooks webhooks;

    private SinkWithWebhooks(Sink sink, ControlStates control, Webhooks webhooks) {
        this.sink = sink;
        this.control = control;
        this.webhooks = webhooks;
    }

    /** Checks that each webhook has a key to sign its events. */
    private static void requireSecrets(MillraceConfig config) {
        List<SinkConfig.Webhook> webhooks = config.sink().webhooks();
        for (int i = 0; i < webhooks.size(); i++) {
            Optional<String> missing = webhooks.get(i).secret().missing();
            if (missing.isPresent()) {
                throw new PipelineStartException(
                        "%s: sink.webhooks[%d].secret: %s"
                                .formatted(config.origin(), i, missing.get()));
            }
        }
    }

    /** Starts a sink and its webhooks. */
    static SinkWithWebhooks start(
            Supplier<Sink> sink, String jdbcUrl, MillraceConfig config, MeterRegistry meters) {
        requireSecrets(config);
        Sink started = sink.get();
        var control = new ControlStates(config);
        return new SinkWithWebhooks(
                started,
                control,
                Webhooks.start(
                        new WebhookSettings(
                                jdbcUrl,
                                config.sink().webhooks(),
                                control,
                                meters,
                                InstantSource.system(),
                                new SplittableRandom())));
    }

    /** Returns the health of the sink, with a note when webhooks have stopped. */
    @Override
    public Health health() {
        Health health = sink.health();
        return webhooks.problem().map(health::withNote).orElse(health);
    }

    /** Stops the sink first, so that webhooks report its last rows. */
    @Override
    public void close() {
        sink.close();
        webhooks.close();
        control.close();
    }
}
