package dev.millrace.worker.call;

import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TokenCommand;
import dev.millrace.worker.port.LoopClock;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An API key that a command prints again before it expires. A feature implements it, and a worker
 * without the feature has {@link #MISSING}. Can be used from any thread.
 */
public interface ExpiringKey {
    /** Refuses each command. */
    Factory MISSING =
            (key, _, _, _) -> {
                throw new IllegalArgumentException(
                        "the command of "
                                + key
                                + " needs the feature \"token\", which this installation does not"
                                + " have");
            };

    /** Creates the keys that commands print. */
    interface Factory {
        /**
         * Creates a key without a value, whose command is due.
         *
         * @param key the key in words, such as {@code key 1 of vertex}
         * @param clock of the life of the key's values
         * @param onReplaced receives each new value
         * @throws IllegalArgumentException if the feature is missing
         */
        ExpiringKey create(
                String key, TokenCommand command, LoopClock clock, Consumer<Secret> onReplaced);
    }

    /**
     * Returns the present value; if there is none, a secret that is not set. Waits for the command
     * if needed.
     */
    Secret value();

    /** Runs the command in the background if it is due. */
    void renewIfDue();

    /** Returns another value than the refused one; waits for the command if needed. */
    Optional<Secret> afterRefusal(Secret refused);
}
