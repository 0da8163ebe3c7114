/**
 * Writes results and ends of attempts in transactions, together with the partitions' ledgers, and
 * recovers from failed transactions. {@code StandingIntents} decides which calls need none. Runs on
 * the loop's thread. Depends on {@code limits}, {@code capacity}, {@code job}, {@code ledger} and
 * the ports.
 *
 * <p>{@code docs/decisions/018-ledger-and-commits.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.commit;

import org.jspecify.annotations.NullMarked;
