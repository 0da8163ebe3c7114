package dev.millrace.contracts.error;

/** What becomes of a job when its attempts at one model have come to an end with an error. */
public enum Aftermath {
    /** It ends as a failed result. */
    FAIL("fail"),
    /** It ends as a failed result, and what was answered is billed. */
    FAIL_BILLED("fail, billed"),
    /** The next model of its chain, otherwise a failed result. */
    FALL_BACK("fall back, else fail"),
    /** It waits, or falls back when the wait exceeds the model's {@code fallback_after}. */
    FALL_BACK_WHEN_LONG("fall back when the wait exceeds `fallback_after`"),
    /** It waits for the model to come back, or falls back; alert. */
    WAIT_OR_FALL_BACK("wait or fall back"),
    /** Another API key, otherwise it waits or falls back. */
    NEXT_KEY("next key, wait, or fall back"),
    /** A model with a larger context window, otherwise a failed result. */
    LARGER_WINDOW("a larger window, else fail"),
    /** As the budget's policy says. */
    REJECT_OR_PARK("reject or park"),
    /** A failed result, or a dead letter when the record has no custom_id. */
    RESULT_OR_DEAD_LETTER("result, or dead letter when there is no custom_id"),
    /** A dead letter: another record of the same job has the result. */
    DEAD_LETTER("dead letter");

    private final String words;

    Aftermath(String words) {
        this.words = words;
    }

    /** The words of the documentation's table. */
    public String words() {
        return words;
    }
}
