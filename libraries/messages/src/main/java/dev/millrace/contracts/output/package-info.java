/**
 * The records that leave the pipeline, as their readers see them: committed records of the topics
 * of results, cost events and dead letters, with their types. A consumer and its records belong to
 * one thread.
 *
 * <p>{@code docs/decisions/027-tests-and-formats.md} has the reasons.
 */
@NullMarked
package dev.millrace.contracts.output;

import org.jspecify.annotations.NullMarked;
