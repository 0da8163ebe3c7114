package dev.millrace.contracts.service;

/**
 * A running part of the pipeline: router, worker or sink. Whoever started it closes it; closing
 * lets work that is running come to its end, as the service's configuration allows, and returns
 * when its threads have ended.
 */
public interface Service extends AutoCloseable {

    /** What a probe should be told now. Answers at once, from any thread. */
    Health health();

    @Override
    void close();
}
