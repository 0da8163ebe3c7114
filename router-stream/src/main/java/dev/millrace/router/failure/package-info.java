/**
 * What happens when a decision of the router throws: its one record ends, and the router goes on.
 *
 * <p>Shared by all stream threads. Depends on what flows between steps.
 */
@NullMarked
package dev.millrace.router.failure;

import org.jspecify.annotations.NullMarked;
