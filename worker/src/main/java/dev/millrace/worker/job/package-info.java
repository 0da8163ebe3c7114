/**
 * The state of the loop's jobs and partitions. {@code Job} and {@code Partition} are state
 * machines: their methods are the only transitions, and an illegal transition is a bug that throws
 * {@link java.lang.IllegalStateException}. Also holds the models that a worker serves, and the
 * metrics of its jobs. Everything belongs to the loop's thread. Depends on the ports, {@code
 * ledger}, {@code outcome}, {@code answer}, {@code breaker} and {@code fallback}.
 */
@NullMarked
package dev.millrace.worker.job;

import org.jspecify.annotations.NullMarked;
