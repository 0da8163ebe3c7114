package dev.millrace.simulator.answer.content;

/** The reason why an answer ends. Each wire has its own names. */
public enum FinishReason {
    /** The answer is complete. */
    STOP,
    /** The answer reached one of the request's stop sequences. */
    STOP_SEQUENCE,
    /** The answer reached the limit of output tokens. */
    LENGTH,
    /** The answer calls tools. */
    TOOL_CALLS,
    /** The model refuses to answer. */
    REFUSAL,
    /** The provider's content filter cut the answer off. */
    CONTENT_FILTER
}
