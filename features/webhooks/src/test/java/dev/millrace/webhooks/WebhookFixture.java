package dev.millrace.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Secret;
import dev.millrace.configuration.SinkConfig.Webhook;
import dev.millrace.contracts.webhook.EventType;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.webhooks.outbox.DeliveryQueue;
import dev.millrace.webhooks.outbox.Event;
import dev.millrace.webhooks.outbox.Outbox;
import dev.millrace.webhooks.outbox.Receiver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A database with an outbox, and what fills and empties it. The test owns the time. */
abstract class WebhookFixture {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    static final Receiver RECEIVER = receiver("https://a.test/x", EventType.values());

    final FakePoster poster = new FakePoster();
    final List<Event> inEffect = new ArrayList<>();
    final List<AutoCloseable> opened = new ArrayList<>();
    Instant now = NOON;
    final InstantSource clock = () -> now;
    TestDatabase database = new TestDatabase("");

    /** Returns a new, empty database. */
    abstract TestDatabase newDatabase() throws Exception;

    @BeforeEach
    void openDatabase() throws Exception {
        database = newDatabase();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    static Receiver receiver(String url, EventType... events) {
        return new Receiver(
                new Webhook(
                        URI.create(url),
                        Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        Set.of(events),
                        List.of()));
    }

    Outbox outbox() {
        var outbox = new Outbox(database.url(), clock);
        opened.add(outbox);
        return outbox;
    }

    DeliveryQueue queue() {
        var queue = new DeliveryQueue(database.url(), clock);
        opened.add(queue);
        return queue;
    }

    EventRecorder recorder(Receiver... receivers) {
        return new EventRecorder(
                outbox(), List.of(receivers), List.of((_, _) -> List.copyOf(inEffect)), clock);
    }

    DeliverySender sender(Receiver receiver, FakePoster to) {
        return new DeliverySender(
                queue(),
                new SignedPoster(receiver, to, clock),
                new RetrySchedule(new SplittableRandom(1)),
                new WebhookMeters(new SimpleMeterRegistry()),
                clock);
    }

    Event event(String key, String... includes) {
        return new Event(
                key,
                List.of(includes),
                EventType.GUARD_TRIPPED,
                now,
                json -> json.writeStringProperty("policy", "p"));
    }

    static void drain(DeliverySender sender) throws DatabaseException {
        while (sender.runOnce()) {
            // Sends the next one.
        }
    }

    List<String> deliveries() throws Exception {
        return database.rows(
                "SELECT state, attempts, status_code, problem FROM webhook_deliveries"
                        + " ORDER BY event_id");
    }

    /** Registers the receiver, then lets an event occur. */
    EventRecorder recorderWithEvent() throws DatabaseException {
        EventRecorder recorder = recorder(RECEIVER);
        assertThat(recorder.runOnce(false)).isZero();
        inEffect.add(event("one"));
        assertThat(recorder.runOnce(false)).isEqualTo(1);
        return recorder;
    }
}
