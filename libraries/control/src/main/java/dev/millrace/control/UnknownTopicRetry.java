package dev.millrace.control;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Retries requests about topics that were just created. The controller confirms a new topic before
 * every broker knows it.
 */
public final class UnknownTopicRetry {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Five seconds of pauses, plus the duration of the requests. */
    static final int MAX_ATTEMPTS = 100;

    private UnknownTopicRetry() {}

    /** A request about topics, sent on the caller's thread. */
    @FunctionalInterface
    public interface Request<T> {
        /**
         * Sends the request once.
         *
         * @throws ExecutionException or a runtime exception; when a topic is unknown, an {@link
         *     UnknownTopicOrPartitionException} is in the chain of causes
         */
        T send() throws ExecutionException, InterruptedException;
    }

    /**
     * Repeats a request while a topic is unknown, for at least five seconds. Then throws the
     * exception of the last attempt.
     */
    public static <T> T await(Request<T> request) throws ExecutionException, InterruptedException {
        return await(request, () -> LockSupport.parkNanos(PAUSE.toNanos()));
    }

    static <T> T await(Request<T> request, Runnable pause)
            throws ExecutionException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return request.send();
            } catch (ExecutionException | RuntimeException e) {
                if (attempt == MAX_ATTEMPTS || !isUnknownTopic(e)) {
                    throw e;
                }
            }
            pause.run();
        }
    }

    private static boolean isUnknownTopic(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof UnknownTopicOrPartitionException) {
                return true;
            }
        }
        return false;
    }
}
