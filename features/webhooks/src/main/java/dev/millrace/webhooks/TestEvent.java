package dev.millrace.webhooks;

import dev.millrace.configuration.SinkConfig.Webhook;
import dev.millrace.webhooks.http.HttpPoster;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.outbox.Event;
import dev.millrace.webhooks.outbox.Receiver;
import java.time.Instant;
import java.time.InstantSource;

/** Posts an event of the type {@code webhook.test}, once and without the database. */
public final class TestEvent {
    private TestEvent() {}

    /** Posts the event to a webhook and returns the answer. */
    public static ReceiverAnswer post(Webhook webhook, InstantSource clock) {
        Instant now = clock.instant();
        byte[] payload =
                Event.payload(
                        "webhook.test",
                        now,
                        json -> json.writeStringProperty("message", "Millrace can reach this URL"));
        var receiver = new Receiver(webhook);
        var http = HttpPoster.of(webhook.url(), webhook.allowedAddresses(), clock);
        try (var poster = new SignedPoster(receiver, http, clock)) {
            return poster.post("msg_test_" + Event.hash(receiver.id() + now), payload);
        }
    }
}
