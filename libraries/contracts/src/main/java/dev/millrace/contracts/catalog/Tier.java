package dev.millrace.contracts.catalog;

/** Quality and price class of a model, from the most to the least expensive. */
public enum Tier {
    PREMIUM,
    BALANCED,
    ECONOMY
}
