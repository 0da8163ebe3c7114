package dev.millrace.standalone.data;

/**
 * Source of the answers in a data directory. The sources are never mixed: a simulated answer must
 * not pass for a provider's answer, and a job left over from a simulation must not be paid for.
 */
public enum AnswerSource {
    PROVIDERS("providers", "the simulator (--simulate)"),
    SIMULATOR("simulator", "providers, not of the simulator");

    private final String word;
    private final String other;

    AnswerSource(String word, String other) {
        this.word = word;
        this.other = other;
    }

    /** Returns the source for the command-line option {@code --simulate}. */
    public static AnswerSource of(boolean simulated) {
        return simulated ? SIMULATOR : PROVIDERS;
    }

    /** Returns the word that the data directory stores. */
    String word() {
        return word;
    }

    /** Returns a phrase for the other source, for messages. */
    String other() {
        return other;
    }
}
