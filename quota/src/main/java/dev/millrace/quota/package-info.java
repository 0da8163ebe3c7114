/**
 * Limits of a provider: permits for an amount in a sliding window, such as requests or tokens in a
 * minute ({@code RatePermits}), and permits for concurrent calls ({@code ConcurrencyPermits}). Pure
 * state on its caller's thread, with the time as an argument. Depends on nothing.
 */
@NullMarked
package dev.millrace.quota;

import org.jspecify.annotations.NullMarked;
