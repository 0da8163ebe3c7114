package dev.millrace.contracts.waiting;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The reason why a job waits. The words are labels of metrics and values in JSON; {@code
 * docs/operations.md} lists them in this order, with what ends each wait.
 */
public enum WaitingReason {
    /** A limit of the configuration is used up. */
    CONFIGURED_LIMIT,

    /** A limit of the provider is used up, which its headers name or its refusals show. */
    FOUND_LIMIT,

    /**
     * A call has failed, and the next one waits as the provider asks, or for a growing time; or the
     * provider refuses most calls of the model and asks for a wait.
     */
    PROVIDER_WAIT,

    /**
     * The job is bought at the lowest price, the provider has no capacity for the cheaper tier of
     * the model, or its limits are used up, and there is still time for a call at the standard
     * tier.
     */
    CHEAPER_TIER,

    /** The retry budget of the model is used up. */
    RETRY_BUDGET,

    /**
     * The worker is full: {@code worker.max_in_flight} calls are in flight, or its open jobs have
     * reached {@code worker.max_open_per_partition} or {@code worker.max_held_bytes}.
     */
    SLOTS,

    /** Calls that would start together are spread over the duration of a call. */
    PACE,

    /** Another lane or model has its turn at a limit. */
    LANE,

    /** A job that possibly ended a worker waits until no other such job runs. */
    POISON_CANDIDATE,

    /** The circuit breaker of a model or provider is open. */
    BREAKER,

    /**
     * The circuit breaker of an API key is open: the provider refuses the key, or its account has
     * no credit.
     */
    KEY,

    /** No money is left in a budget. */
    BUDGET,

    /** An operator has paused a model, a tenant, a batch, or all models. */
    PAUSE,

    /** The call of another job writes the beginning of the prompt into the provider's cache. */
    WARMING_PROMPT,

    /** The passages of documents are not found yet. */
    RETRIEVAL,

    /**
     * The cluster does not accept the worker's records, the worker has not finished its initial
     * read of the cluster, or a partition is stopped.
     */
    CLUSTER,

    /** No router reads the requests. */
    NO_ROUTER,

    /** No worker serves the model. */
    NO_WORKER,

    /** The topics of the model, or of all models, do not exist. */
    NO_TOPIC,

    /** Calls of the model cost less in a later hour, before the job's deadline. */
    CHEAPER_HOUR;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** Returns the reason as the value of a label. */
    public String word() {
        return word;
    }

    /**
     * Returns true if jobs make no progress until this reason ends; other reasons only slow them
     * down.
     */
    public boolean stopsJobs() {
        return switch (this) {
            case CONFIGURED_LIMIT,
                    FOUND_LIMIT,
                    PROVIDER_WAIT,
                    CHEAPER_TIER,
                    RETRY_BUDGET,
                    SLOTS,
                    PACE,
                    LANE,
                    POISON_CANDIDATE,
                    WARMING_PROMPT,
                    RETRIEVAL ->
                    false;
            case BREAKER,
                    KEY,
                    BUDGET,
                    PAUSE,
                    CLUSTER,
                    NO_ROUTER,
                    NO_WORKER,
                    NO_TOPIC,
                    CHEAPER_HOUR ->
                    true;
        };
    }

    /** Finds the reason with the given word; empty for a reason of a later version. */
    public static Optional<WaitingReason> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
    }
}
