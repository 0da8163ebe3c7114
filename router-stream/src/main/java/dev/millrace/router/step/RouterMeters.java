package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Counts what becomes of records. Shared by all threads. A record whose transaction is aborted is
 * worked on again, and counted again.
 */
public final class RouterMeters {
    private final Function<String, Counter> routed;
    private final Function<ErrorCode, Counter> refused;
    private final Function<ErrorCode, Counter> buried;

    public RouterMeters(MeterRegistry registry) {
        routed =
                once(
                        model ->
                                Counter.builder("millrace.router.routed")
                                        .description("Jobs given to a model's topic")
                                        .tag("model", model)
                                        .register(registry));
        refused =
                once(
                        code ->
                                Counter.builder("millrace.router.refused")
                                        .description("Jobs ended as an error result without a call")
                                        .tag("code", code.code())
                                        .register(registry));
        buried =
                once(
                        reason ->
                                Counter.builder("millrace.router.dead.letters")
                                        .description("Records that became dead letters")
                                        .tag("reason", reason.code())
                                        .register(registry));
    }

    private static <K> Function<K, Counter> once(Function<K, Counter> create) {
        Map<K, Counter> counters = new ConcurrentHashMap<>();
        return key -> counters.computeIfAbsent(key, create);
    }

    void onRouted(String model) {
        routed.apply(model).increment();
    }

    void onRefused(ErrorCode code) {
        refused.apply(code).increment();
    }

    void onBuried(ErrorCode reason) {
        buried.apply(reason).increment();
    }
}
