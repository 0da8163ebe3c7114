package dev.millrace.router.failure;

import dev.millrace.router.flow.Flow.Origin;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a decision that throws into the end of its one record. Without this, the record would stop
 * one router after the other: each would take over the partition and fail on the same record.
 *
 * <p>Every failure is counted. Each kind of failure, a step and the place in the code that threw,
 * is logged once.
 *
 * <p>Shared by all stream threads.
 */
public final class InternalErrors {
    /** Further kinds are counted and not logged. */
    static final int MOST_KINDS = 100;

    static final String METER = "millrace.router.internal.errors";

    private static final Logger LOG = LoggerFactory.getLogger(InternalErrors.class);

    private final MeterRegistry registry;
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    public InternalErrors(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Returns what a decision comes to, or the end of its record when the decision throws.
     *
     * <p>Two kinds of failures are thrown on, since another record would fail in the same way:
     * those of Kafka, such as a fenced producer or a store that cannot be read, and those of the
     * JVM, such as an OutOfMemoryError. A StackOverflowError is about the record: the stack is free
     * again when it arrives here.
     *
     * @param step the name of the step that decides
     * @param at where the record stands; null when time and no record caused the decision
     * @param end makes the end of the record from a message for a person
     */
    public <T extends @Nullable Object> T decide(
            String step,
            @Nullable Origin at,
            Supplier<? extends T> decision,
            Function<String, ? extends T> end) {
        try {
            return decision.get();
        } catch (KafkaException e) {
            throw e;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            onFailure(step, at, e);
            return end.apply(message(step, e));
        }
    }

    /**
     * Does what {@link #decide} does for a record that has no end of its own: it is passed over.
     */
    public void run(String step, @Nullable Origin at, Runnable decision) {
        var _ =
                decide(
                        step,
                        at,
                        () -> {
                            decision.run();
                            return true;
                        },
                        _ -> false);
    }

    private void onFailure(String step, @Nullable Origin at, Throwable failure) {
        Counter.builder(METER)
                .description("Decisions that threw; their record ended or was passed over")
                .tag("step", step)
                .register(registry)
                .increment();
        if (isFirstOfItsKind(step, failure)) {
            LOG.atError()
                    .setCause(failure)
                    .addKeyValue("step", step)
                    .addKeyValue("topic", at == null ? "none" : at.topic())
                    .addKeyValue("partition", at == null ? -1 : at.partition())
                    .addKeyValue("offset", at == null ? -1 : at.offset())
                    .log(
                            "A decision failed, and its record ended or was passed over; later failures like it are only counted");
        }
    }

    /** Returns true once for each of the first {@value #MOST_KINDS} kinds of failures. */
    boolean isFirstOfItsKind(String step, Throwable failure) {
        return logged.size() < MOST_KINDS && logged.add(kind(step, failure));
    }

    /** A stack overflow has its top anywhere in the recursion, so its class alone is its kind. */
    private static String kind(String step, Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        boolean hasPlace = trace.length > 0 && !(failure instanceof StackOverflowError);
        return step + " " + failure.getClass().getName() + (hasPlace ? " " + trace[0] : "");
    }

    /** The text of an exception may quote anything, so it is in the log only. */
    private static String message(String step, Throwable failure) {
        return "a fault of Millrace: the router's step \""
                + step
                + "\" failed on this record ("
                + failure.getClass().getSimpleName()
                + "), and no call was made for it; the router's log has the details";
    }
}
