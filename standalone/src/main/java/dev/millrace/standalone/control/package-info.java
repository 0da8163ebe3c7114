/**
 * What the commands do that steer a running pipeline through its control topic: policies in force,
 * compared, taken back and seen to be taken back; cancellations and pauses.
 *
 * <p>Decisions are functions of what control says; {@link
 * dev.millrace.standalone.control.ControlledCluster} stands for the cluster. Runs on the command's
 * thread.
 */
@NullMarked
package dev.millrace.standalone.control;

import org.jspecify.annotations.NullMarked;
