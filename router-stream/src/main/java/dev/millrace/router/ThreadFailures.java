package dev.millrace.router;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies. A fault that may pass costs the thread only, another one
 * takes its place; anything else stops the router, visibly.
 *
 * <p>So does a fault that may pass when there are too many of them within a minute. A topic of jobs
 * that refuses a record does not count: the router keeps away from that topic, so that it comes to
 * an end after as many threads as there are such topics.
 *
 * <p>Called by the dying threads, read by any.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler {
    static final int MOST_REPLACEMENTS = 10;
    static final Duration WITHIN = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ThreadFailures.class);

    private final InstantSource clock;
    private final TopicsInService topics;
    private final Deque<Instant> replacements = new ArrayDeque<>();
    private volatile @Nullable String reason;

    ThreadFailures(InstantSource clock, TopicsInService topics) {
        this.clock = clock;
        this.topics = topics;
    }

    /** Why the router stopped; null when it did not. */
    @Nullable String reason() {
        return reason;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
        if (mayPass(failure) && (isOfJobTopic(failure) || mayReplace(clock.instant()))) {
            LOG.atWarn()
                    .addKeyValue("cause", describe(failure))
                    .log("A stream thread failed and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        reason = describe(failure);
        LOG.atError().setCause(failure).log("The router stops");
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static boolean mayPass(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (isCorruptBatch(at)) {
                return false;
            }
            if (at instanceof RetriableException
                    // TopicsInService keeps such a record away from the topic when it comes again.
                    || at instanceof RecordTooLargeException
                    || at instanceof TopicAuthorizationException
                    || at instanceof InvalidTopicException
                    || at instanceof ProducerFencedException
                    || at instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns true for a batch of a changelog that cannot be read: another thread would meet it
     * again. One of requests or ends stops its partition only, see {@link CorruptPartitions}.
     */
    private static boolean isCorruptBatch(Throwable failure) {
        return failure.getClass() == KafkaException.class
                && failure.getCause() instanceof CorruptRecordException;
    }

    private boolean isOfJobTopic(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            boolean isExcused =
                    switch (at) {
                        case TopicAuthorizationException e ->
                                topics.onRefused(e.unauthorizedTopics(), e);
                        case InvalidTopicException e -> topics.onRefused(e.invalidTopics(), e);
                        default -> topics.isExcused(at);
                    };
            if (isExcused) {
                return true;
            }
        }
        return false;
    }

    private boolean mayReplace(Instant now) {
        while (!replacements.isEmpty() && replacements.getFirst().isBefore(now.minus(WITHIN))) {
            replacements.removeFirst();
        }
        if (replacements.size() >= MOST_REPLACEMENTS) {
            return false;
        }
        replacements.addLast(now);
        return true;
    }

    /** The innermost cause says it best, but for the partition of a batch that cannot be read. */
    private static String describe(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null && !isCorruptBatch(at)) {
            at = at.getCause();
        }
        return at.getClass().getSimpleName() + ": " + at.getMessage();
    }
}
