package dev.millrace.router.cache;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.records.TopicLimits;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a task of the cache needs to know.
 *
 * @param topicLimits record size limits of topics
 * @param control supplies the state of control; a changed state is another object
 * @param lostBefore supplies the time before which unfinished jobs are lost, in milliseconds since
 *     the epoch
 * @param errors ends records on which a decision fails
 */
public record CacheServices(
        Topics topics,
        TopicLimits topicLimits,
        Supplier<ControlState> control,
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
