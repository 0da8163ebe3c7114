/**
 * The ports of the loop: the consumer group ({@link dev.millrace.worker.port.JobSource}), the
 * transactional producer ({@link dev.millrace.worker.port.ResultLog}), metadata of the topics
 * ({@link dev.millrace.worker.port.JobTopics}), the providers ({@link
 * dev.millrace.worker.port.Providers}), cancellations and pauses ({@link
 * dev.millrace.worker.port.Control}), time and randomness. The loop's only other connection to its
 * environment is the {@code PermitSource} of {@code quota}. The calls have a port, too: previews of
 * answers ({@link dev.millrace.worker.port.ChunkLog}).
 *
 * <p>The packages {@code kafka}, {@code chunk} and {@code call} implement the ports, as do the
 * fakes of the tests and the simulation. Depends on contracts and on {@code answer} only.
 */
@NullMarked
package dev.millrace.worker.port;

import org.jspecify.annotations.NullMarked;
