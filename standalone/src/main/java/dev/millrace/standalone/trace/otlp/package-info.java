/**
 * Connects a worker to the feature {@code traces}, which both know nothing of each other. Called on
 * the loop's thread.
 */
@NullMarked
package dev.millrace.standalone.trace.otlp;

import org.jspecify.annotations.NullMarked;
