package dev.millrace.router.cache;

import dev.millrace.router.result.ResultLine;
import org.jspecify.annotations.Nullable;

/**
 * What the cache knows of the feature that answers similar questions. Shared by all stream threads.
 */
@FunctionalInterface
public interface SimilarAnswers {
    /** The cache alone: answers identical requests only. */
    SimilarAnswers NONE = (_, _) -> new Task() {};

    /**
     * Opens the part of the feature that belongs to one task.
     *
     * @param lookups decides how a lookup ends, for the feature too
     * @param partitions number of tasks
     */
    Task open(LookupDecisions lookups, int partitions);

    /** Runs on the stream thread of a task, within the transactions of the cache. */
    interface Task {
        /**
         * Takes a job with neither an answer nor an identical call, and decides on it in a later
         * turn. Returns false if the job must be called at once.
         */
        default boolean take(CachedJob job) {
            return false;
        }

        /** Decides on jobs that were taken, until the turn is over; true if there were any. */
        default boolean onTick() {
            return false;
        }

        /**
         * Handles the end of a call.
         *
         * @param result null if the call has none
         */
        default void onAnswer(String cacheKey, @Nullable ResultLine result) {}

        /** Removes what has lost its answer, a few entries in each turn; true if there were any. */
        default boolean sweep() {
            return false;
        }
    }
}
