package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The queues in which a model's jobs wait, most urgent first. Each lane is a separate topic. The
 * router sends a job of a tenant within its fair pace to the lane of its priority.
 */
public enum Lane {
    /**
     * For calls that a gateway plans and writes itself. Router and workers never write there, so
     * that no open transaction hides a call.
     */
    EXPRESS,

    CRITICAL,
    HIGH,
    NORMAL,
    LOW,

    /**
     * For jobs of every priority that exceed their tenant's fair pace. They wait behind the others,
     * but still make progress.
     */
    BULK;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** Returns the name used in topic names and messages. */
    public String word() {
        return word;
    }

    /**
     * Returns true if the lane's topic can be missing, in most lanes until their first job. Most
     * models never have such a job, and each partition adds some milliseconds to a broker's start.
     */
    public boolean isOnDemand() {
        return switch (this) {
            case NORMAL -> false;
            case EXPRESS, CRITICAL, HIGH, LOW, BULK -> true;
        };
    }

    /** Returns true for the lanes of critical jobs, which may use the reserve of slots. */
    public boolean isCritical() {
        return this == EXPRESS || this == CRITICAL;
    }

    /**
     * Returns the lane of a job that a worker hands over to another model: express jobs become
     * critical.
     */
    public Lane afterHandOver() {
        return this == EXPRESS ? CRITICAL : this;
    }

    /** Returns the lane of a tenant's jobs within its fair pace. */
    public static Lane of(Priority priority) {
        return switch (priority) {
            case CRITICAL -> CRITICAL;
            case HIGH -> HIGH;
            case NORMAL -> NORMAL;
            case LOW -> LOW;
        };
    }

    /** Finds the lane with the given name; empty for a lane of a later version. */
    public static Optional<Lane> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
    }
}
