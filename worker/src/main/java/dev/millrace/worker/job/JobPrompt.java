package dev.millrace.worker.job;

import dev.millrace.worker.translate.AddedFields;
import java.time.Duration;
import java.util.OptionalLong;

/** The prompt of a job, whose beginning other jobs share. Belongs to the loop's thread. */
public interface JobPrompt {
    /**
     * Returns a number that is equal for jobs whose calls share a cache, and random otherwise;
     * empty for a prompt that shares nothing.
     */
    OptionalLong affinity();

    /**
     * Returns the nanoseconds for which the call waits for another one; 0 if it can start.
     *
     * @param key index of its API key, each of which can belong to an account with its own caches
     */
    long waitNanos(int key, long nowNanos);

    /** Returns how long calls of the model take lately that find no cache. */
    Duration longestCall();

    /** Records that the call is about to start with an API key. */
    void onStarted(int key, long nowNanos);

    /** Records that the call is not made, and that its job waits for another one. */
    void onWithdrawn(long nowNanos);

    /** Records that the call has failed. */
    void onFailed(long nowNanos);

    /**
     * Records that the call was answered.
     *
     * @param readable time from the start of the call until others could read what it has written
     * @param took time from the start of the call to its end
     */
    void onAnswered(Duration readable, Duration took, long nowNanos);

    /** Records that the job ends in this worker. */
    void onEnded(long nowNanos);

    /** Returns what the call, which is sent now, adds to its body. */
    AddedFields nextFields();
}
