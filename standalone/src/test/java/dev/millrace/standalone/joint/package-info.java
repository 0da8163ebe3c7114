/**
 * One simulation of gateways, router, workers and sink on a simulated cluster, in simulated time.
 * Each seed determines one history.
 *
 * <p>The history of the workers' own simulation is the frame. Its {@code Neighbors} are here:
 * {@link dev.millrace.standalone.joint.JointHistory} schedules their turns, {@link
 * dev.millrace.standalone.joint.RouterProcess} runs the real topology, {@link
 * dev.millrace.standalone.joint.SinkProcess} the real loop of the sink on a real SQLite database.
 * {@link dev.millrace.standalone.joint.JointChecker} reads the committed topics, the database and
 * the provider's ledger. Each {@link dev.millrace.standalone.joint.Fault} must be found.
 */
@NullMarked
package dev.millrace.standalone.joint;

import org.jspecify.annotations.NullMarked;
