package dev.millrace.sink.webhook.outbox;

import dev.millrace.configuration.SinkConfig.Webhook;

/** A configured webhook with the name by which the database knows it. */
public record Receiver(Webhook webhook) {
    /** Returns the hash of the URL. */
    public String id() {
        return Event.hash(webhook.url().toString());
    }
}
