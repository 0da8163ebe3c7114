/**
 * Runs embedded broker, built-in simulator, router, worker and sink in one process. Starts them
 * concurrently and stops them in the order in which a job passes through them. The commands {@code
 * up}, {@code router}, {@code worker}, {@code sink} and their like run until a signal.
 */
@NullMarked
package dev.millrace.standalone.pipeline;

import org.jspecify.annotations.NullMarked;
