/**
 * The cluster's topics as the router needs them: the topics that exist and accept records, the
 * settings of the internal topics, and lanes that are created with their first job.
 *
 * <p>Shared by all stream threads. Depends on {@code failure}, {@code waiting} and contracts.
 */
@NullMarked
package dev.millrace.router.topic;

import org.jspecify.annotations.NullMarked;
