package dev.millrace.contracts.policy;

/** The estimated difficulty of a job, from the easiest to the hardest. */
public enum Complexity {
    /** A short question without a keyword that asks for reasoning. */
    SIMPLE,
    /** A question of medium length, or a short one that asks for reasoning. */
    MODERATE,
    /** Everything else. */
    COMPLEX
}
