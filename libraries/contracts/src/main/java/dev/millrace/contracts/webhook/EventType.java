package dev.millrace.contracts.webhook;

/** The kind of an event that the sink reports to webhooks. */
public enum EventType {
    /** Every line of a batch has its result or its dead letter. */
    BATCH_COMPLETED("batch.completed"),
    /** The spent money of a budget reached 50 % or 80 % of its limit. */
    BUDGET_ALERT("budget.alert"),
    /** The money of a budget is spent, or its rest is too little for a job. */
    BUDGET_EXHAUSTED("budget.exhausted"),
    /** A guard took an arm's share away. */
    GUARD_TRIPPED("guard.tripped"),
    /** A circuit breaker opened. */
    BREAKER_OPENED("breaker.opened");

    private final String word;

    EventType(String word) {
        this.word = word;
    }

    /** Returns the spelling in files and events, such as {@code batch.completed}. */
    @Override
    public String toString() {
        return word;
    }
}
