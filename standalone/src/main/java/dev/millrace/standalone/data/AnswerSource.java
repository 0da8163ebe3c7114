package dev.millrace.standalone.data;

import java.nio.file.Path;

/**
 * Source of the answers in a data directory. The sources are never mixed: a simulated answer must
 * not pass for a provider's answer, and a job left over from a simulation must not be paid for. So
 * each source has its own default directory.
 */
public enum AnswerSource {
    PROVIDERS("providers", "the simulator (--simulate)", ".millrace"),
    SIMULATOR("simulator", "providers, not of the simulator", ".millrace-simulated");

    private final String word;
    private final String other;
    private final String directory;

    AnswerSource(String word, String other, String directory) {
        this.word = word;
        this.other = other;
        this.directory = directory;
    }

    /** Returns the source for the command-line option {@code --simulate}. */
    public static AnswerSource of(boolean simulated) {
        return simulated ? SIMULATOR : PROVIDERS;
    }

    /** Returns the default data directory, relative to the working folder. */
    public Path directory() {
        return Path.of(directory);
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
