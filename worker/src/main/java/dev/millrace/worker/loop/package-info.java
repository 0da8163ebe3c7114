/**
 * The worker's loop: one thread that owns the consumer, the transactional producer and all state of
 * the jobs that this worker has taken. What it needs of the world stands behind three ports that it
 * owns: {@link dev.millrace.worker.loop.JobSource}, {@link dev.millrace.worker.loop.ResultLog} and
 * {@link dev.millrace.worker.loop.Providers}; time, dates and chance are arguments. So {@code
 * runOnce()} runs against fakes as well.
 */
@NullMarked
package dev.millrace.worker.loop;

import org.jspecify.annotations.NullMarked;
