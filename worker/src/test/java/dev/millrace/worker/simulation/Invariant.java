package dev.millrace.worker.simulation;

/** The properties that hold in every history. */
enum Invariant {
    /**
     * Each record ends in one result with one final cost event, in one dead letter, or in one
     * record for the next model.
     */
    ONE_OUTCOME,
    /**
     * Each end of a job with a cache key has one answer in its transaction, which equals its
     * result; a job that continues has none.
     */
    ONE_ANSWER,
    /**
     * A part of a document ends with one report to its parent instead of a result or dead letter.
     * The part's cost events are events of its parent.
     */
    PARTS_REPORT,
    /** The committed ledger marks a job as finished if and only if it has its outcome. */
    LEDGER_MATCHES_OUTCOMES,
    /** A call is repeated only if it failed, or was in flight when its process was lost. */
    RESENT_ONLY_AFTER_FAILURE,
    /** Planned stops and rebalances alone never cause a call to be repeated. */
    PLANNED_CHANGE_RESENDS_NOTHING,
    /**
     * Each billed call has a cost event: charges ≤ billed events + uncertain events. The result has
     * the totals of all models.
     */
    ACCOUNTING,
    /** Open jobs, held bytes, calls in flight and ledger metadata stay within their limits. */
    BOUNDS,
    /** No job is called more than {@code max_attempts} times at a model, over all processes. */
    ATTEMPTS,
    /**
     * A job with a limit costs no more than it, in calls and in cost events, over all models and
     * processes. Its final event names the limit.
     */
    BUDGET_KEPT,
    /** A job that falls back never returns to a model. */
    NO_MODEL_TWICE,
    /** No worker writes to a lane {@code express}, where its transactions would hide calls. */
    EXPRESS_HAS_NO_TRANSACTIONS,
    /** A job with a further model does not wait while a breaker holds back its calls. */
    NO_WAIT_FOR_BREAKER,
    /** While a job waits, its process reports why jobs of its model wait. */
    WAITS_HAVE_REASONS,
    /**
     * No job ends because the provider refuses its key, its account or its model's name, unless the
     * job does not wait for an open breaker. Such a refusal uses up no attempt.
     */
    REFUSALS_END_NO_JOB,
    /** No process sends more calls or tokens in a window than a limit, nor has more in flight. */
    LIMITS_KEPT,
    /** While jobs wait for nothing else, a limit is used well. */
    LIMITS_USED,
    /**
     * After a period of refusals, a found limit recovers: it holds back no job if the model was
     * idle, and otherwise recovers soon after calls are accepted.
     */
    FOUND_LIMITS_HEAL,
    /**
     * No breaker opens at a provider that refuses a few calls at once and answers the others
     * slowly. In an outage, a breaker is open 5 s after the first failure, or as soon as more than
     * 10 calls have failed, whichever is later.
     */
    SLOW_PROVIDERS_STAY_OPEN,
    /**
     * Jobs that share a prompt wait for the calls that write it into the provider's cache no longer
     * than one call takes, in each process and model, even if these calls fail.
     */
    PROMPTS_WARM_BRIEFLY,
    /**
     * No job waits for the cheaper tier of its model unless it is bought at the lowest price: a
     * refused tier slows no other call.
     */
    TIERS_ISOLATED,
    /**
     * A job that is bought at the lowest price starts by its latest safe start: it ends in time.
     */
    LATEST_STARTS_KEPT,
    /** A call is sent only after its intent is committed. */
    INTENT_FIRST,
    /**
     * An attempt that was not sent is uncertain only if an intent for it was committed. A standing
     * intent is none for a record that was written more than a send window later.
     */
    UNCERTAIN_ONLY_WITH_INTENT,
    /** No process sends a call for a partition that another process owns. */
    NO_SEND_WITHOUT_OWNERSHIP,
    /** Every job ends once all failures are over. */
    LIVENESS,
    /** The loop ends only when it is stopped or shares its instance. */
    LOOP_KEEPS_RUNNING,
    /** Of two processes with one instance, the process that is fenced too often ends. */
    ONE_PROCESS_PER_INSTANCE,
    /** No record is deleted while it is needed. */
    NEEDED_RECORDS_KEPT,
    /**
     * While a job waits for its first call, other lanes of its model start calls by weight only. Of
     * two lanes that both have waiting jobs, the starts ÷ weight of one exceed those of the other
     * by at most 1 ÷ weight of both together, at each rate.
     */
    LANES_BY_WEIGHT,
    /** A lane's jobs start in the order in which they were written, except one turn in four. */
    OLDEST_FIRST,
    /** A model with fewer calls than its guarantee starts jobs, though another model hangs. */
    MODELS_ISOLATED,
    /** No process calls a job that it knows is cancelled or paused; no other job is cancelled. */
    COMMANDS_OBEYED
}
