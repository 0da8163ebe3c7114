package dev.millrace.contracts.error;

/** How a job continues or ends after its last attempt at one model has failed. */
public enum Disposition {
    /** The job ends with an error result. */
    FAIL("fail"),
    /** The job ends with an error result, and the answer is billed. */
    FAIL_BILLED("fail, billed"),
    /** The job goes to the next model of its chain; without one it ends with an error result. */
    FALL_BACK("fall back, else fail"),
    /** The job waits, or falls back if the wait exceeds the model's {@code fallback_after}. */
    FALL_BACK_WHEN_LONG("fall back when the wait exceeds `fallback_after`"),
    /** The job waits for the model to recover, or falls back; operators are alerted. */
    WAIT_OR_FALL_BACK("wait or fall back"),
    /** The job is retried with another API key; without one it waits or falls back. */
    NEXT_KEY("next key, wait, or fall back"),
    /**
     * The job goes to a model with a larger context window; without one it ends with an error
     * result.
     */
    LARGER_WINDOW("a larger window, else fail"),
    /** The job ends with an error result; a budget that parks jobs makes it wait instead. */
    REJECT_OR_PARK("fail; if the budget parks, the job waits instead"),
    /** The job ends with an error result, or as a dead letter if it has no custom_id. */
    RESULT_OR_DEAD_LETTER("result, or dead letter when there is no custom_id"),
    /** The record becomes a dead letter, because another record of the job gets the result. */
    DEAD_LETTER("dead letter");

    private final String words;

    Disposition(String words) {
        this.words = words;
    }

    /** Returns the text used in the table of {@code docs/errors.md}. */
    public String words() {
        return words;
    }
}
