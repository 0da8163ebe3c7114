package dev.millrace.contracts.service;

/**
 * A running part of the pipeline, such as router, worker or sink. The caller that starts a service
 * closes it. {@link #close} lets running work finish within the configured time, and returns when
 * the threads of the service have ended.
 */
public interface Service extends AutoCloseable {

    /** Returns the current health without blocking. Safe to call from any thread. */
    Health health();

    @Override
    void close();
}
