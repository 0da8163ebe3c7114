package dev.millrace.contracts.budget;

/** How often a budget is reset: with each hour, day, week from Monday, or month. */
public enum Period {
    HOUR,
    DAY,
    WEEK,
    MONTH,
    /** The budget is never reset. */
    TOTAL
}
