package dev.millrace.router.streams;

import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.kafka.TransactionFailure;
import dev.millrace.router.failure.LostOffsetException;
import dev.millrace.router.topic.InternalTopics;
import dev.millrace.router.topic.TopicAvailability;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.producer.internals.TransactionManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that died of a transient failure, and stops the router after any other
 * failure.
 *
 * <p>More than {@link #MAX_REPLACEMENTS} transient failures within {@link #WINDOW} also stop the
 * router. A job topic that rejects a record does not count: the router then avoids that topic, so
 * such failures end after one thread for each rejecting topic.
 *
 * <p>Called by the dying threads; any thread may call {@link #reason}.
 */
public final class StreamThreadFailureHandler implements StreamsUncaughtExceptionHandler {
    static final int MAX_REPLACEMENTS = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(StreamThreadFailureHandler.class);

    private final InstantSource clock;
    private final TopicAvailability topics;
    private final Deque<Instant> replacements = new ArrayDeque<>();
    private volatile @Nullable String reason;

    public StreamThreadFailureHandler(InstantSource clock, TopicAvailability topics) {
        this.clock = clock;
        this.topics = topics;
    }

    /** Returns why the router stopped; null while it runs. */
    public @Nullable String reason() {
        return reason;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
        if (isTransient(failure) && (isExcused(failure) || mayReplace(clock.instant()))) {
            LOG.atWarn()
                    .addKeyValue("cause", describe(failure))
                    .log("Replacing a failed stream thread");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        reason = AccessFailure.explain(failure).orElseGet(() -> describe(failure));
        LOG.atError().setCause(failure).log("Stopping the router after a failure");
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static boolean isTransient(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (isCorruptBatch(at)) {
                return false;
            }
            if (at instanceof RetriableException
                    // TopicAvailability avoids the topic when the record is processed again.
                    || at instanceof RecordTooLargeException
                    || at instanceof TopicAuthorizationException
                    || at instanceof InvalidTopicException
                    || isProducerRefusal(at)
                    || InternalTopics.haveTooFewPartitions(at)) {
                return true;
            }
        }
        return TransactionFailure.isEndedByOthers(failure);
    }

    /**
     * Returns true if a producer refuses an operation in its state. After a commit has timed out,
     * for example while the only broker restarts, the producer accepts only a retry of that commit,
     * which Streams does not make. Whether the broker committed does not matter: a new thread
     * starts with a new producer at the offsets that the broker knows.
     */
    private static boolean isProducerRefusal(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure instanceof IllegalStateException
                && trace.length > 0
                && trace[0].getClassName().equals(TransactionManager.class.getName());
    }

    /**
     * Returns true for a corrupt batch in a changelog, on which every other thread would fail too.
     * A corrupt batch of requests or cost events stops only its partition, see {@link
     * CorruptPartitions}.
     */
    private static boolean isCorruptBatch(Throwable failure) {
        return failure.getClass() == KafkaException.class
                && failure.getCause() instanceof CorruptRecordException;
    }

    private boolean isExcused(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            boolean isExcused =
                    switch (at) {
                        case TopicAuthorizationException e ->
                                topics.onRejected(e.unauthorizedTopics(), e);
                        case InvalidTopicException e -> topics.onRejected(e.invalidTopics(), e);
                        default -> topics.isExcused(at);
                    };
            if (isExcused) {
                return true;
            }
        }
        return false;
    }

    private boolean mayReplace(Instant now) {
        while (!replacements.isEmpty() && replacements.getFirst().isBefore(now.minus(WINDOW))) {
            replacements.removeFirst();
        }
        if (replacements.size() >= MAX_REPLACEMENTS) {
            return false;
        }
        replacements.addLast(now);
        return true;
    }

    /**
     * Describes the innermost cause. Exceptions are a corrupt batch, whose cause lacks the
     * partition, and a deleted topic, which Streams calls missing during a rebalance.
     */
    private static String describe(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null && !isCorruptBatch(at)) {
            at = at.getCause();
        }
        if (at instanceof MissingSourceTopicException) {
            return "a topic that the router reads was deleted; the log of a router names it, and"
                    + " millrace topics apply creates it again";
        }
        if (InternalTopics.haveTooFewPartitions(at)) {
            return "partitions were added to a topic that the router reads. Its own topics get as"
                    + " many, for which its user needs the right ALTER (millrace rights router)";
        }
        return at instanceof LostOffsetException
                ? String.valueOf(at.getMessage())
                : at.getClass().getSimpleName() + ": " + at.getMessage();
    }
}
