package dev.millrace.sink.webhook;

import dev.millrace.contracts.config.Secret;
import dev.millrace.contracts.webhook.SigningKey;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.webhook.http.Answer;
import dev.millrace.sink.webhook.http.Poster;
import dev.millrace.sink.webhook.http.SignedRequest;
import dev.millrace.sink.webhook.outbox.AttemptResult;
import dev.millrace.sink.webhook.outbox.Delivery;
import dev.millrace.sink.webhook.outbox.DeliveryState;
import dev.millrace.sink.webhook.outbox.Outbox;
import dev.millrace.sink.webhook.outbox.Receiver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the deliveries of one receiver, one after the other. For one thread. */
final class DeliverySender implements AutoCloseable {
    /** Longer than any attempt, so that no other process sends the event meanwhile. */
    static final Duration LEASE = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(DeliverySender.class);

    private final Receiver receiver;
    private final Outbox outbox;
    private final Poster poster;
    private final RetrySchedule schedule;
    private final WebhookMeters meters;
    private final InstantSource clock;
    private boolean isFailing;

    DeliverySender(
            Receiver receiver,
            Outbox outbox,
            Poster poster,
            RetrySchedule schedule,
            WebhookMeters meters,
            InstantSource clock) {
        this.receiver = receiver;
        this.outbox = outbox;
        this.poster = poster;
        this.schedule = schedule;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Sends the delivery that is due first, if any.
     *
     * @return true if one was due
     */
    boolean runOnce() throws DatabaseException {
        Optional<Delivery> due = outbox.claim(receiver, LEASE);
        if (due.isEmpty()) {
            return false;
        }
        AttemptResult result = attempt(due.get());
        meters.attempted(result.state());
        log(due.get(), result);
        outbox.settle(due.get(), result);
        return true;
    }

    private AttemptResult attempt(Delivery delivery) {
        if (delivery.attempt() > RetrySchedule.MAX_ATTEMPTS) {
            return RetrySchedule.abandoned(clock.instant());
        }
        Answer answer = post(receiver, poster, delivery.eventId(), delivery.payload(), clock);
        return schedule.after(delivery.attempt(), answer, clock.instant());
    }

    /** Signs an event with the current key of the receiver, and posts it. */
    static Answer post(
            Receiver receiver, Poster poster, String id, byte[] payload, InstantSource clock) {
        Secret secret = receiver.webhook().secret().readAgain();
        if (!secret.isSet()) {
            return new Answer.Missing("no secret: " + secret.missing().orElse(""));
        }
        Optional<String> problem = SigningKey.problem(secret.reveal());
        if (problem.isPresent()) {
            return new Answer.Missing("the secret " + problem.get());
        }
        return poster.post(
                SignedRequest.of(
                        id,
                        clock.instant().getEpochSecond(),
                        payload,
                        SigningKey.of(secret.reveal())));
    }

    /** Logs the first failure after a success, the first success after it, and each end. */
    private void log(Delivery delivery, AttemptResult result) {
        boolean fails = result.state() != DeliveryState.DELIVERED;
        if (result.state() == DeliveryState.FAILED || (fails && !isFailing)) {
            LOG.atWarn()
                    .addKeyValue("receiver", receiver.webhook().origin())
                    .addKeyValue("event", delivery.eventId())
                    .addKeyValue("type", delivery.type())
                    .addKeyValue("attempt", delivery.attempt())
                    .addKeyValue("problem", result.problem().orElse(""))
                    .log(
                            result.state() == DeliveryState.FAILED
                                    ? "webhook failed; see millrace webhooks list --failed"
                                    : "webhook not delivered yet; it is tried again");
        } else if (!fails && isFailing) {
            LOG.atInfo()
                    .addKeyValue("receiver", receiver.webhook().origin())
                    .log("webhooks are delivered again");
        }
        isFailing = fails;
    }

    /** Aborts the attempt that is under way. */
    void abort() {
        poster.close();
    }

    @Override
    public void close() {
        poster.close();
        outbox.close();
    }
}
