/**
 * Changes a running pipeline through its control topic: applies, compares, rolls back and verifies
 * policies, and cancels jobs.
 *
 * <p>Decisions are pure functions of the control state. {@link
 * dev.millrace.standalone.control.PipelineClient} accesses the cluster. Runs on the command's
 * thread.
 */
@NullMarked
package dev.millrace.standalone.control;

import org.jspecify.annotations.NullMarked;
