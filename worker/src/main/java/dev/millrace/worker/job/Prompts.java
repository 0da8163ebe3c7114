package dev.millrace.worker.job;

import org.jspecify.annotations.Nullable;

/**
 * Finds the prompts that jobs share. A feature implements it, and the worker has {@link #NONE}
 * without the feature. Belongs to the loop's thread.
 */
public interface Prompts {
    /** No job shares its prompt. */
    Prompts NONE = (_, _, _, _) -> null;

    /**
     * Returns the prompt of a job; null if its provider would not cache it.
     *
     * @param model catalog name of the model
     */
    @Nullable JobPrompt of(String model, String tenant, byte[] record, long nowNanos);

    /** Returns true if jobs that waited for another call can start since the last question. */
    default boolean takeReleased() {
        return false;
    }
}
