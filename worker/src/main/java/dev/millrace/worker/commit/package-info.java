/**
 * The transactions of the loop: results and ends of attempts that wait to be written, the
 * transaction that writes them together with the partitions' ledgers, and the recovery from
 * failures. Runs on the loop's thread. Depends on {@code limits}, {@code job} and the ports.
 *
 * <p>{@code docs/decisions/018-ledger-and-commits.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.commit;

import org.jspecify.annotations.NullMarked;
