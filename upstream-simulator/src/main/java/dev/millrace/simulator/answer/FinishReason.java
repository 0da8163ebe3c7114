package dev.millrace.simulator.answer;

/** Why an answer ends. Each wire has its own names. */
public enum FinishReason {
    /** The answer is complete. */
    STOP,
    /** The answer reached the limit of output tokens. */
    LENGTH,
    /** The provider's content filter cut the answer off. */
    CONTENT_FILTER
}
