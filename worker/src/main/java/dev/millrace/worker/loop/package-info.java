/**
 * The worker's loop: one thread that owns the consumer, the transactional producer and all state of
 * the jobs that this worker has taken. Its only connections to the outside are the five ports of
 * {@link dev.millrace.worker.port} and the {@code PermitSource}. Time, dates and randomness are
 * arguments, so that {@code runOnce()} also runs against fakes.
 *
 * <p>{@code WorkerLoop} polls and repeats turns. {@code Turn} is the part of a turn that needs no
 * poll. {@code CommitCycle} announces, writes and launches calls. {@code PartitionRelease} drains
 * revoked partitions. {@code LoopWaits} lists why jobs wait. {@code LoopParts} wires everything.
 */
@NullMarked
package dev.millrace.worker.loop;

import org.jspecify.annotations.NullMarked;
