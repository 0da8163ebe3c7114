package dev.millrace.contracts.policy;

/** How hard a job is to answer well, from the easiest to the hardest. */
public enum Complexity {
    /** A short question without a word that asks for reasoning. */
    SIMPLE,
    /** A question of some length, or a short one that asks for reasoning. */
    MODERATE,
    /** Everything else. */
    COMPLEX
}
