/**
 * Leases of limits that several workers share: {@code LeasedLimits} creates the permits and
 * exchanges the records of the quota topic on a thread of its own, with a consumer and a producer
 * in {@code QuotaTopic}. Depends on {@code worker.quota} and the module {@code quota}.
 *
 * <p>{@code docs/decisions/020-shared-limits.md} has the reasons.
 */
@NullMarked
package dev.millrace.worker.lease;

import org.jspecify.annotations.NullMarked;
