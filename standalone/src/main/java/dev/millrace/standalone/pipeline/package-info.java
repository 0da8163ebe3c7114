/**
 * Puts the parts together: embedded broker, topics, built-in simulator, router, worker and sink in
 * one process, started side by side and stopped in the order of a job's way.
 */
@NullMarked
package dev.millrace.standalone.pipeline;

import org.jspecify.annotations.NullMarked;
