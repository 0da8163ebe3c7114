package dev.millrace.router.failure;

import dev.millrace.router.message.RoutingMessage.Origin;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a single record when a decision about it throws. Otherwise the record would stop one router
 * after another: each successor would take over the partition and fail on this record again.
 *
 * <p>Counts every failure, and logs each kind of failure once. A kind is a step, an exception class
 * and the code location that threw.
 *
 * <p>Shared by all stream threads.
 */
public final class InternalErrors {
    /** Further kinds of failures are counted but not logged. */
    static final int MAX_LOGGED_KINDS = 100;

    static final String METER = "millrace.router.internal.errors";

    private static final Logger LOG = LoggerFactory.getLogger(InternalErrors.class);

    private final MeterRegistry registry;
    private final Logger log;
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    public InternalErrors(MeterRegistry registry) {
        this(registry, LOG);
    }

    /**
     * @param log gets the first failure of each kind
     */
    public InternalErrors(MeterRegistry registry, Logger log) {
        this.registry = registry;
        this.log = log;
    }

    /**
     * Returns the result of a decision, or a fallback when the decision throws.
     *
     * <p>Rethrows failures of Kafka, such as a fenced producer or an unreadable store, and of the
     * JVM, such as an OutOfMemoryError: other records would fail too. A StackOverflowError concerns
     * only the record, since the stack has been unwound when it arrives here.
     *
     * @param step name of the deciding step
     * @param at position of the record; null for a decision on a timer
     * @param fallback makes the end of the record from an error message
     */
    public <T extends @Nullable Object> T decide(
            String step,
            @Nullable Origin at,
            Supplier<? extends T> decision,
            Function<String, ? extends T> fallback) {
        try {
            return decision.get();
        } catch (KafkaException e) {
            throw e;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            onFailure(step, at, e);
            return fallback.apply(message(step, e));
        }
    }

    /** Runs a decision like {@link #decide}; when the decision throws, its record is skipped. */
    public void run(String step, @Nullable Origin at, Runnable decision) {
        var _ = succeeds(step, at, decision);
    }

    /** Runs a decision like {@link #decide}; returns false when the decision throws. */
    public boolean succeeds(String step, @Nullable Origin at, Runnable decision) {
        return decide(
                step,
                at,
                () -> {
                    decision.run();
                    return true;
                },
                _ -> false);
    }

    /** Runs a decision like {@link #decide}; the fallback ends its record when it throws. */
    public void runOr(
            String step, @Nullable Origin at, Runnable decision, Consumer<String> fallback) {
        var _ =
                decide(
                        step,
                        at,
                        () -> {
                            decision.run();
                            return true;
                        },
                        message -> {
                            fallback.accept(message);
                            return false;
                        });
    }

    /** Returns the result of a decision on a timer, or false when the decision throws. */
    public boolean check(String step, BooleanSupplier decision) {
        return decide(step, null, decision::getAsBoolean, _ -> false);
    }

    private void onFailure(String step, @Nullable Origin at, Throwable failure) {
        Counter.builder(METER)
                .description("Decisions that threw; their record ended or was skipped")
                .tag("step", step)
                .register(registry)
                .increment();
        if (isFirstOfItsKind(step, failure)) {
            log.atError()
                    .setCause(failure)
                    .addKeyValue("step", step)
                    .addKeyValue("exception", where(failure))
                    .addKeyValue("topic", at == null ? "none" : at.topic())
                    .addKeyValue("partition", at == null ? -1 : at.partition())
                    .addKeyValue("offset", at == null ? -1 : at.offset())
                    .log(
                            "A step failed on a record, which ended or was skipped; further failures"
                                    + " of this kind are only counted");
        }
    }

    /** Returns true once for each of the first {@value #MAX_LOGGED_KINDS} kinds of failures. */
    boolean isFirstOfItsKind(String step, Throwable failure) {
        return logged.size() < MAX_LOGGED_KINDS && logged.add(kind(step, failure));
    }

    /**
     * Returns the kind of a failure, without a code location for a stack overflow, which happens
     * anywhere in a recursion.
     */
    private static String kind(String step, Throwable failure) {
        boolean hasLocation = !(failure instanceof StackOverflowError);
        return step + " " + (hasLocation ? where(failure) : failure.getClass().getName());
    }

    /** Returns an exception's class and location; the console shows neither text nor stack. */
    private static String where(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    /** Omits the exception's text, which can quote anything; only the log has it. */
    private static String message(String step, Throwable failure) {
        return "internal error of Millrace: the router's step \""
                + step
                + "\" failed on this record ("
                + failure.getClass().getSimpleName()
                + "); no call was made; the router's log has the details";
    }
}
