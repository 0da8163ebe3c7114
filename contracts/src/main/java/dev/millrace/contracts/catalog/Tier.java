package dev.millrace.contracts.catalog;

/** How able and how dear a model is, from the first to the last. */
public enum Tier {
    PREMIUM,
    BALANCED,
    ECONOMY
}
