package dev.millrace.webhooks;

import dev.millrace.contracts.webhook.EventType;
import dev.millrace.webhooks.http.HttpPoster;
import dev.millrace.webhooks.http.Poster;
import dev.millrace.webhooks.outbox.DeliveryQueue;
import dev.millrace.webhooks.outbox.Outbox;
import dev.millrace.webhooks.outbox.Receiver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reports events to webhooks while open. Undelivered events are delivered after the next start, by
 * this or another sink of the database.
 */
public final class Webhooks implements AutoCloseable {
    /** Longest wait of {@link #close} for the recorder, and for a sender. */
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final PollingThread recorder;
    private final List<PollingThread> senders;
    private final List<DeliverySender> attempts;

    private Webhooks(
            PollingThread recorder, List<PollingThread> senders, List<DeliverySender> attempts) {
        this.recorder = recorder;
        this.senders = senders;
        this.attempts = attempts;
    }

    /** Starts the threads. An unavailable database or receiver only delays events. */
    public static Webhooks start(WebhookSettings settings) {
        return start(
                settings,
                (receiver, clock) ->
                        HttpPoster.of(
                                receiver.webhook().url(),
                                receiver.webhook().allowedAddresses(),
                                clock));
    }

    static Webhooks start(
            WebhookSettings settings, BiFunction<Receiver, InstantSource, Poster> posters) {
        List<Receiver> receivers = settings.webhooks().stream().map(Receiver::new).toList();
        InstantSource clock = settings.clock();
        var outbox = new Outbox(settings.jdbcUrl(), clock);
        var found = new EventRecorder(outbox, receivers, sources(settings), clock);
        var recorder =
                new PollingThread(
                        "millrace-webhook-events",
                        isLast -> {
                            var _ = found.runOnce(isLast);
                            return false;
                        },
                        outbox::close);
        var meters = new WebhookMeters(settings.meters());
        var attempts = new ArrayList<DeliverySender>();
        var senders = new ArrayList<PollingThread>();
        for (Receiver receiver : receivers) {
            var sender =
                    new DeliverySender(
                            new DeliveryQueue(settings.jdbcUrl(), clock),
                            new SignedPoster(receiver, posters.apply(receiver, clock), clock),
                            new RetrySchedule(settings.random().split()),
                            meters,
                            clock);
            attempts.add(sender);
            senders.add(
                    new PollingThread(
                            "millrace-webhook-" + (senders.size() + 1),
                            _ -> sender.runOnce(),
                            sender::close));
        }
        recorder.start();
        senders.forEach(PollingThread::start);
        return new Webhooks(recorder, senders, attempts);
    }

    private static List<EventSource> sources(WebhookSettings settings) {
        var sources = new ArrayList<EventSource>();
        sources.add((now, _) -> ControlEvents.of(settings.control().get(), now));
        if (settings.webhooks().stream()
                .anyMatch(it -> it.events().contains(EventType.BATCH_COMPLETED))) {
            sources.add(new CompletedBatches(settings.jdbcUrl(), settings.clock()));
        }
        return sources;
    }

    /** Returns a problem that only a restart solves; empty while all threads run. */
    public Optional<String> problem() {
        return recorder.isAlive() && senders.stream().allMatch(PollingThread::isAlive)
                ? Optional.empty()
                : Optional.of("webhooks have stopped; see the log");
    }

    /**
     * Records the last events, sends the deliveries that are due, and stops. Each step has a time
     * limit.
     */
    @Override
    public void close() {
        recorder.stop();
        var _ = recorder.join(CLOSE_WAIT);
        senders.forEach(PollingThread::stop);
        var limit = CLOSE_WAIT;
        for (int i = 0; i < senders.size(); i++) {
            if (!senders.get(i).join(limit)) {
                senders.get(i).abort();
                attempts.get(i).abort();
                limit = Duration.ofMillis(1);
            }
        }
        senders.forEach(it -> it.join(Duration.ofSeconds(1)));
    }
}
