package dev.millrace.standalone.pipeline;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.sink.Sink;
import dev.millrace.sink.webhook.WebhookSettings;
import dev.millrace.sink.webhook.Webhooks;
import dev.millrace.standalone.client.ControlStates;

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

    /**
     * Adds webhooks to a running sink.
     *
     * @param control the states that the settings read; closed with the webhooks
     */
    static SinkWithWebhooks start(Sink sink, ControlStates control, WebhookSettings settings) {
        return new SinkWithWebhooks(sink, control, Webhooks.start(settings));
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
