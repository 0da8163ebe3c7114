package dev.millrace.simulator.answer;

/** Why an answer ends; each wire has its own words for these. */
public enum Finish {
    /** The answer is complete. */
    STOP,
    /** The limit of output tokens was reached. */
    LENGTH,
    /** The provider's content filter cut it. */
    CONTENT_FILTER
}
