/**
 * Limits of a provider: permits for an amount in a sliding window, such as requests or tokens in a
 * minute ({@code RatePermits}), and permits for concurrent calls ({@code ConcurrencyPermits}).
 *
 * <p>A limit belongs to one worker ({@code LocalRate}, {@code LocalConcurrency}), or several
 * workers share it ({@code SharedLimit}). Each worker of a shared limit holds permits, and one
 * worker leads. Workers write {@code QuotaRecord}s to the quota topic. All state is pure and takes
 * the time as an argument. Permits of a shared limit can be used on another thread than its
 * records. Depends on no other module of Millrace.
 *
 * <p>{@code docs/decisions/020-shared-limits.md} has the reasons.
 */
@NullMarked
package dev.millrace.quota;

import org.jspecify.annotations.NullMarked;
