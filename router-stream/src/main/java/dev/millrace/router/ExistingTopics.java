package dev.millrace.router;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * Knows which topics there are. A record for a topic that is missing would hold up all others, so a
 * model without topics is not in service.
 *
 * <p>Looks again, at most once a second, when a topic is asked for that was missing. Used by all
 * stream threads, never blocks them.
 */
final class ExistingTopics {
    private static final Duration FIRST_LOOK = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Admin admin;
    private final Topics topics;
    private final LongSupplier nanoTicker;
    private final AtomicLong lastLookNanos;
    private volatile Set<String> existing;

    private ExistingTopics(Admin admin, Topics topics, LongSupplier nanoTicker, Set<String> found) {
        this.admin = admin;
        this.topics = topics;
        this.nanoTicker = nanoTicker;
        lastLookNanos = new AtomicLong(nanoTicker.getAsLong());
        existing = found;
    }

    /**
     * Looks for the first time, and waits for it.
     *
     * @throws RouterStartException when the cluster does not answer
     */
    static ExistingTopics look(Admin admin, Topics topics, LongSupplier nanoTicker) {
        try {
            Set<String> found =
                    admin.listTopics().names().get(FIRST_LOOK.toMillis(), TimeUnit.MILLISECONDS);
            return new ExistingTopics(admin, topics, nanoTicker, Set.copyOf(found));
        } catch (ExecutionException | TimeoutException e) {
            throw new RouterStartException("The cluster does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterStartException("The start was interrupted", e);
        }
    }

    /**
     * Checks that topics exist without which there is nothing to do.
     *
     * @throws RouterStartException naming those that are missing
     */
    void require(Set<String> names) {
        var missing = new TreeSet<>(names);
        missing.removeAll(existing);
        if (!missing.isEmpty()) {
            throw new RouterStartException(
                    "These topics do not exist: "
                            + String.join(", ", missing)
                            + "; \"millrace topics apply\" creates them");
        }
    }

    /** Whether jobs can be routed to a model. */
    boolean hasTopicsOf(Model model) {
        if (existing.contains(topics.jobs(model.name(), Lane.NORMAL))) {
            return true;
        }
        lookAgain();
        return false;
    }

    private void lookAgain() {
        long now = nanoTicker.getAsLong();
        long last = lastLookNanos.get();
        if (now - last >= LOOK_AGAIN_NANOS && lastLookNanos.compareAndSet(last, now)) {
            var _ =
                    admin.listTopics()
                            .names()
                            .whenComplete(
                                    (found, failure) -> {
                                        if (found != null) {
                                            existing = Set.copyOf(found);
                                        }
                                    });
        }
    }
}
