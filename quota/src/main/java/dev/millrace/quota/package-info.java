/**
 * Limits of a provider: permits for an amount in a sliding window, such as requests or tokens in a
 * minute ({@code RatePermits}), and permits for concurrent calls ({@code ConcurrencyPermits}).
 *
 * <p>One worker has a limit to itself ({@code LocalRate}, {@code LocalConcurrency}), or several
 * workers share it ({@code SharedLimit}): each has a holder of permits, and one of them is the
 * leader. {@code QuotaRecord} is what they write to the quota topic, and {@code LimitUsage} is the
 * use of a shared limit as an observer sees it. Pure state with the time as an argument; the
 * permits of a shared limit may be used on another thread than its records. Depends on nothing of
 * Millrace.
 *
 * <p>{@code docs/decisions/020-shared-limits.md} has the reasons.
 */
@NullMarked
package dev.millrace.quota;

import org.jspecify.annotations.NullMarked;
