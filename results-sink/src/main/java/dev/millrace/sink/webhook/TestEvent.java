package dev.millrace.sink.webhook;

import dev.millrace.configuration.SinkConfig.Webhook;
import dev.millrace.sink.webhook.http.HttpPoster;
import dev.millrace.sink.webhook.http.ReceiverAnswer;
import dev.millrace.sink.webhook.outbox.Event;
import dev.millrace.sink.webhook.outbox.Receiver;
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
