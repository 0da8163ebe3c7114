/**
 * What the sink has stored, read from its database: counts of batches, results in input order,
 * single results. {@link dev.millrace.gateway.results.Connections} bounds the queries of all
 * tenants, also those of the usage API.
 *
 * <p>Runs on the threads of its callers, which may block; short queries run on threads of their
 * own. Reads only. Depends on {@code contracts} and on {@code store}.
 */
@NullMarked
package dev.millrace.gateway.results;

import org.jspecify.annotations.NullMarked;
