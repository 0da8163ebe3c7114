package dev.millrace.contracts.topic;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Waits for topics that were created a moment ago: the controller answers when a topic exists, and
 * each broker learns of the topic a little later.
 */
public final class UnknownTopicRetry {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Five seconds of pauses, and the time of the questions. */
    static final int MAX_TRIES = 100;

    private UnknownTopicRetry() {}

    /** Asks a cluster about topics, on the caller's thread. */
    @FunctionalInterface
    public interface Question<T> {
        /**
         * Asks once.
         *
         * @throws ExecutionException or a runtime exception, caused at some depth by {@link
         *     UnknownTopicOrPartitionException} when a topic is not known
         */
        T ask() throws ExecutionException, InterruptedException;
    }

    /**
     * Repeats a question while a topic is not known, for five seconds at least, and then fails as
     * the last question did.
     */
    public static <T> T await(Question<T> question)
            throws ExecutionException, InterruptedException {
        return await(question, () -> LockSupport.parkNanos(PAUSE.toNanos()));
    }

    static <T> T await(Question<T> question, Runnable pause)
            throws ExecutionException, InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return question.ask();
            } catch (ExecutionException | RuntimeException e) {
                if (tries == MAX_TRIES || !isUnknownTopic(e)) {
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
