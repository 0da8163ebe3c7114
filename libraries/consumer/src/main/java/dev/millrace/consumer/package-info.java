/**
 * Reads the outputs of a pipeline: committed results, cost events and dead letters. The counterpart
 * of the producer. Depends on contracts only.
 */
@NullMarked
package dev.millrace.consumer;

import org.jspecify.annotations.NullMarked;
