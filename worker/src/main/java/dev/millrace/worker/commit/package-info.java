/**
 * The transactions of the loop: the results and ends of attempts to write, the transaction that
 * writes them with the partitions' ledgers, and the recovery from failures. Runs on the loop's
 * thread. Depends on {@code limits}, {@code job} and the ports.
 *
 * <p>{@code docs/decisions/018-ledger-and-commits.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.commit;

import org.jspecify.annotations.NullMarked;
