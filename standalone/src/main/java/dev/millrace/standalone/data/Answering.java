package dev.millrace.standalone.data;

/**
 * Who answers the jobs of a data directory. What was simulated must never be taken for a provider's
 * answer later, nor may a job that was left over from a simulation be paid for.
 */
public enum Answering {
    PROVIDERS("providers", "the simulator (--simulate)"),
    SIMULATOR("simulator", "providers, not of the simulator");

    private final String word;
    private final String other;

    Answering(String word, String other) {
        this.word = word;
        this.other = other;
    }

    /** Of the command line's {@code --simulate}. */
    public static Answering of(boolean simulated) {
        return simulated ? SIMULATOR : PROVIDERS;
    }

    String word() {
        return word;
    }

    /** How a message calls the other one. */
    String other() {
        return other;
    }
}
