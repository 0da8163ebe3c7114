/**
 * What the loop needs of the world, and all that it knows of it: the consumer group ({@link
 * dev.millrace.worker.port.JobSource}), the transactional producer ({@link
 * dev.millrace.worker.port.ResultLog}), what the cluster knows of the topics ({@link
 * dev.millrace.worker.port.JobTopics}), those who answer ({@link
 * dev.millrace.worker.port.Providers}), what the pipeline is told ({@link
 * dev.millrace.worker.port.Control}), time and chance. Packages {@code kafka} and {@code call}
 * implement the ports, and so do the tests' fakes and the simulation. Depends on contracts and on
 * {@code answer} only.
 */
@NullMarked
package dev.millrace.worker.port;

import org.jspecify.annotations.NullMarked;
