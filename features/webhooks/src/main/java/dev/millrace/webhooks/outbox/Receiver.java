package dev.millrace.webhooks.outbox;

import dev.millrace.configuration.SinkConfig.Webhook;

/** A configured webhook and its name in the database. */
public record Receiver(Webhook webhook) {
    /** Returns the hash of the URL. */
    public String id() {
        return Event.hash(webhook.url().toString());
    }
}
