package dev.millrace.webhooks;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.outbox.DeliveryQueue;
import dev.millrace.webhooks.outbox.DeliveryQueue.AttemptResult;
import dev.millrace.webhooks.outbox.DeliveryQueue.Delivery;
import dev.millrace.webhooks.outbox.DeliveryState;
import dev.millrace.webhooks.outbox.Receiver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the deliveries of one receiver, one after the other. Used by one thread. */
final class DeliverySender implements AutoCloseable {
    /** Longer than any attempt, so that no other process sends the event during an attempt. */
    static final Duration LEASE = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(DeliverySender.class);

    private final DeliveryQueue queue;
    private final SignedPoster poster;
    private final Receiver receiver;
    private final RetrySchedule schedule;
    private final WebhookMeters meters;
    private final InstantSource clock;
    private @Nullable Attempt unsettled;
    private boolean isFailing;

    DeliverySender(
            DeliveryQueue queue,
            SignedPoster poster,
            RetrySchedule schedule,
            WebhookMeters meters,
            InstantSource clock) {
        this.queue = queue;
        this.poster = poster;
        this.receiver = poster.receiver();
        this.schedule = schedule;
        this.meters = meters;
        this.clock = clock;
    }

    /** An attempt whose result is not stored yet. */
    private record Attempt(Delivery delivery, AttemptResult result) {}

    /**
     * Sends the delivery that is due first, if any.
     *
     * @return true if one was due
     */
    boolean runOnce() throws DatabaseException {
        settle();
        Optional<Delivery> due = queue.claim(receiver, LEASE);
        if (due.isEmpty()) {
            return false;
        }
        AttemptResult result = attempt(due.get());
        meters.attempted(result.state());
        log(due.get(), result);
        unsettled = new Attempt(due.get(), result);
        settle();
        return true;
    }

    /**
     * Stores the result of the last attempt. While the database refuses it, for example because
     * another writer holds the lock, the sender keeps the result and sends nothing else. Otherwise,
     * the event would be sent again at the end of its lease.
     */
    private void settle() throws DatabaseException {
        Attempt attempt = unsettled;
        if (attempt != null) {
            queue.settle(attempt.delivery, attempt.result);
            unsettled = null;
        }
    }

    private AttemptResult attempt(Delivery delivery) {
        if (delivery.attempt() > RetrySchedule.MAX_ATTEMPTS) {
            return RetrySchedule.abandoned(clock.instant());
        }
        ReceiverAnswer answer = poster.post(delivery.eventId(), delivery.payload());
        return schedule.after(delivery.attempt(), answer, clock.instant());
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
        queue.close();
    }
}
