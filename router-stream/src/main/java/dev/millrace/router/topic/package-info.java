/**
 * The cluster's topics as the router needs them: which ones exist and accept records, the settings
 * of the internal ones, and lanes that are created with their first job.
 *
 * <p>Shared by all stream threads. Depends on {@code failure}, {@code waiting}, the stores of the
 * cache and of budgets, and contracts.
 */
@NullMarked
package dev.millrace.router.topic;

import org.jspecify.annotations.NullMarked;
