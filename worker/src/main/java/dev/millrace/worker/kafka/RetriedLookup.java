package dev.millrace.worker.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnstableOffsetCommitException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Repeats a request to the cluster on its own thread until the cluster answers. An interrupt or the
 * completion of the answer, such as a cancellation, ends the repetition.
 *
 * @param <T> the answer
 */
final class RetriedLookup<T> implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RetriedLookup.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(20);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final String about;
    private final Attempt<T> attempt;
    private final SharedAdmin admin;
    private final CompletableFuture<T> answer;

    private Duration wait = FIRST_WAIT;
    private String logged = "";

    /** Sends the request once and waits for the answer. */
    interface Attempt<T> {
        T ask(Admin client) throws ExecutionException, InterruptedException;
    }

    /**
     * Creates a lookup.
     *
     * @param about the unknown fact, for the log
     */
    RetriedLookup(String about, Attempt<T> attempt, SharedAdmin admin) {
        this(about, attempt, admin, new CompletableFuture<>());
    }

    /** Creates a lookup that completes the given answer. */
    RetriedLookup(
            String about, Attempt<T> attempt, SharedAdmin admin, CompletableFuture<T> answer) {
        this.about = about;
        this.attempt = attempt;
        this.admin = admin;
        this.answer = answer;
    }

    CompletableFuture<T> answer() {
        return answer;
    }

    @Override
    public void run() {
        try {
            while (!answer.isDone()) {
                try {
                    answer.complete(attempt.ask(admin.get()));
                } catch (ExecutionException e) {
                    onFailed(e.getCause());
                } catch (KafkaException e) {
                    onFailed(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Makes the loop fail visibly.
            answer.completeExceptionally(e);
        }
    }

    private void onFailed(@Nullable Throwable cause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        String reason = String.valueOf(cause);
        if (!reason.equals(logged)) {
            logged = reason;
            // Another worker's transaction ends by itself, usually very soon.
            Level level = cause instanceof UnstableOffsetCommitException ? Level.DEBUG : Level.WARN;
            LOG.atLevel(level).log("it is still unknown {}: {}", about, reason);
        }
        admin.waitFor(wait);
        Duration longer = wait.multipliedBy(2);
        wait = longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
    }
}
