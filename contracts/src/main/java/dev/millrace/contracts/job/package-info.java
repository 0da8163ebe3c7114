/**
 * Jobs as submitted: identity, endpoint, options and the parsed view of a request's bytes. Pure
 * values.
 */
@NullMarked
package dev.millrace.contracts.job;

import org.jspecify.annotations.NullMarked;
