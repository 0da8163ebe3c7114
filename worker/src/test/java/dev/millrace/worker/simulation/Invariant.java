package dev.millrace.worker.simulation;

/** What must be true in every history. */
enum Invariant {
    /** Each record ends in one result with its one final cost event, or in one dead letter. */
    ONE_OUTCOME,
    /** The committed ledger names as finished just those jobs that have their outcome. */
    TRUE_LEDGER,
    /** A call is repeated when it failed, or was in flight when its process was lost. */
    RESENT_ONLY_AFTER_CRASH,
    /** The same where nothing but planned changes has happened. */
    PLANNED_CHANGE_RESENDS_NOTHING,
    /** What is billed has its event, or may have: billed ≤ billed events + uncertain ones. */
    ACCOUNTING,
    /** What is open, held, in flight and written as metadata keeps within its limits. */
    BOUNDS,
    /** No job is called more often than it may be, by whichever processes. */
    ATTEMPTS,
    /** Before a call is sent, it is committed that it runs. */
    INTENT_FIRST,
    /** No call is sent by a process for a partition that another one has. */
    NO_SEND_WITHOUT_TOUCH,
    /** When all is well everything comes to its end. */
    LIVENESS,
    /** The loop ends when it is told to or shares its instance, and for no other reason. */
    LOOP_STANDS,
    /** Of two processes with one instance, the one that is fenced too often ends. */
    ONE_OF_AN_INSTANCE,
    /** No record is deleted that somebody still needs. */
    NOTHING_NEEDED_DELETED,
    /** While a job waits for its first call, no two of its model's bulk start in a row. */
    BULK_WAITS,
    /** A lane's jobs start in the order in which they were written, but for one turn in four. */
    OLDEST_FIRST,
    /** What is cancelled or paused is not called by who knows it; nothing else is cancelled. */
    ORDERS_OBEYED
}
