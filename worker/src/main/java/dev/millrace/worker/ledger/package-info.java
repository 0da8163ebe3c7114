/**
 * The completion ledger: which jobs of a partition are finished, and how this is encoded in the
 * metadata of a committed offset.
 *
 * <p>Pure state machines and codecs without Kafka; each instance belongs to one thread. Depends on
 * no other package of Millrace.
 *
 * <p>{@code docs/decisions/018-ledger-and-commits.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.ledger;

import org.jspecify.annotations.NullMarked;
