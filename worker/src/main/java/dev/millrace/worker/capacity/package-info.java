/**
 * The slots and bytes of the loop: {@code Capacity} counts them and decides whether more may be
 * used. {@code CallSlots} divides the slots among the models, {@code GuaranteedShares} the bytes.
 * {@code SlotBounds} has the numbers from which pools and queues are sized. Pure state on the
 * loop's thread. Depends on {@code job}.
 *
 * <p>{@code docs/decisions/017-capacity.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.capacity;

import org.jspecify.annotations.NullMarked;
