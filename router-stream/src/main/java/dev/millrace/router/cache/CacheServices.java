package dev.millrace.router.cache;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.records.TopicLimits;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The collaborators of a task of the cache.
 *
 * @param topicLimits record size limits of topics
 * @param control supplies the state of control; a changed state is another object
 * @param modelCheck finds out why the models of a job can no longer be called; empty if they can
 * @param lostBefore supplies the time before which unfinished jobs are lost, in milliseconds since
 *     the epoch
 * @param errors ends records on which a decision fails
 */
public record CacheServices(
        Topics topics,
        TopicLimits topicLimits,
        Supplier<ControlState> control,
        Function<JobHeaders, Optional<Rejection>> modelCheck,
        LongSupplier lostBefore,
        InstantSource clock,
        InternalErrors errors,
        CacheContext cache) {
    /** Name of the step for metrics and messages. */
    public static final String STEP = "cache";

    Instant now() {
        return clock.instant();
    }
}
