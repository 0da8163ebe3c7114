package dev.millrace.gateway.job;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a request did not become a job, or why its result cannot be awaited. Expected, so
 * it has no stack trace.
 */
public final class JobRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of a refusal. */
    public enum Reason {
        /** The request is invalid; sending it again does not help. */
        INVALID,
        /** The request is larger than the pipeline accepts. */
        TOO_LARGE,
        /** The idempotency key was used for another request. */
        KEY_REUSED,
        /**
         * This instance, or the tenant, has reached its bound of unfinished requests or of their
         * memory.
         */
        OVERLOADED,
        /** Kafka currently does not accept or return records. */
        UNAVAILABLE,
        /** No router reads the request. */
        NO_ROUTER,
        /** No worker serves the model. */
        NO_WORKER
    }

    private final Reason reason;
    private final @Nullable String param;

    private JobRefusal(Reason reason, String message, @Nullable String param) {
        super(message, null, false, false);
        this.reason = reason;
        this.param = param;
    }

    static JobRefusal invalid(String param, String message) {
        return new JobRefusal(Reason.INVALID, message, param);
    }

    static JobRefusal invalid(String message) {
        return new JobRefusal(Reason.INVALID, message, null);
    }

    static JobRefusal tooLarge(int maxBytes) {
        return new JobRefusal(
                Reason.TOO_LARGE,
                "the request must have at most "
                        + maxBytes
                        + " bytes (topics.max_request_bytes), with its envelope",
                null);
    }

    static JobRefusal keyReused() {
        return new JobRefusal(
                Reason.KEY_REUSED,
                "the Idempotency-Key was already used for a request with another path or body; use"
                        + " a new key for a new request",
                null);
    }

    static JobRefusal overloaded() {
        return new JobRefusal(
                Reason.OVERLOADED,
                "this gateway has as many unfinished requests as it can hold; try again shortly",
                null);
    }

    static JobRefusal overloaded(String tenant) {
        return new JobRefusal(
                Reason.OVERLOADED,
                "the tenant "
                        + tenant
                        + " has as many unfinished requests as this gateway holds for one tenant;"
                        + " try again shortly",
                null);
    }

    static JobRefusal unavailable(String message) {
        return new JobRefusal(Reason.UNAVAILABLE, message, null);
    }

    /**
     * Creates the refusal of a call that nobody serves.
     *
     * @param missing the services that it lacks, at least one
     * @param end what happens to the request, as the end of a sentence
     */
    static JobRefusal unserved(List<Waiting> missing, String end) {
        boolean isRouter = missing.getFirst().reason() == WaitingReason.NO_ROUTER;
        return new JobRefusal(
                isRouter ? Reason.NO_ROUTER : Reason.NO_WORKER,
                missing.stream().map(Waiting::value).collect(Collectors.joining("; ")) + end,
                null);
    }

    /** Returns the kind of the refusal. */
    public Reason reason() {
        return reason;
    }

    /** Returns true if no service takes on the request. */
    public boolean isUnserved() {
        return reason == Reason.NO_ROUTER || reason == Reason.NO_WORKER;
    }

    /** Returns the key of the request that caused the refusal; null for none. */
    public @Nullable String param() {
        return param;
    }
}
