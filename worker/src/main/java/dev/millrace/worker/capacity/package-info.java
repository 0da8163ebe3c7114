/**
 * The slots and bytes of the loop. {@code Capacity} counts them and decides whether the loop can
 * use more. {@code CallSlots} divides the slots among the models, and {@code GuaranteedShares}
 * divides the bytes. {@code SlotBounds} has the numbers that size pools and queues. Pure state on
 * the loop's thread. Depends on {@code job}.
 *
 * <p>{@code docs/decisions/017-capacity.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.capacity;

import org.jspecify.annotations.NullMarked;
