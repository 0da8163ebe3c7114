/**
 * Writes results and ends of attempts in transactions, together with the partitions' ledgers, and
 * recovers from failed transactions. Runs on the loop's thread. Depends on {@code limits}, {@code
 * job} and the ports.
 *
 * <p>{@code docs/decisions/018-ledger-and-commits.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.commit;

import org.jspecify.annotations.NullMarked;
