package dev.millrace.router.message;

import dev.millrace.contracts.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Counts moved requests, routed jobs, rejected jobs and dead letters. Shared by all threads. After
 * an aborted transaction, a record is processed and counted again.
 */
public final class RouterMetrics {
    private final Function<String, Counter> moved;
    private final Function<String, Counter> routed;
    private final Function<ErrorCode, Counter> rejected;
    private final Function<ErrorCode, Counter> deadLetters;

    public RouterMetrics(MeterRegistry registry) {
        moved =
                cached(
                        topic ->
                                Counter.builder("millrace.router.moved")
                                        .description("Requests moved to the partition of their job")
                                        .tag("topic", topic)
                                        .register(registry));
        routed =
                cached(
                        model ->
                                Counter.builder("millrace.router.routed")
                                        .description("Jobs given to a model's topic")
                                        .tag("model", model)
                                        .register(registry));
        rejected =
                cached(
                        code ->
                                Counter.builder("millrace.router.refused")
                                        .description("Jobs ended as an error result without a call")
                                        .tag("code", code.code())
                                        .register(registry));
        deadLetters =
                cached(
                        reason ->
                                Counter.builder("millrace.router.dead.letters")
                                        .description("Records that became dead letters")
                                        .tag("reason", reason.code())
                                        .register(registry));
    }

    private static <K> Function<K, Counter> cached(Function<K, Counter> create) {
        Map<K, Counter> counters = new ConcurrentHashMap<>();
        return key -> counters.computeIfAbsent(key, create);
    }

    /** Counts a request that was moved to the partition of its job. */
    public void onMoved(String topic) {
        moved.apply(topic).increment();
    }

    /** Counts a job that was sent to the topic of a model. */
    public void onRouted(String model) {
        routed.apply(model).increment();
    }

    /** Counts a job that ended without a call. */
    public void onRejected(ErrorCode code) {
        rejected.apply(code).increment();
    }

    /** Counts a dead letter. */
    public void onDeadLetter(ErrorCode reason) {
        deadLetters.apply(reason).increment();
    }
}
