/**
 * The messages that steps pass on, and the reader that makes the first one from a request. Pure;
 * immutable values for any thread. Depends on contracts only.
 */
@NullMarked
package dev.millrace.router.message;

import org.jspecify.annotations.NullMarked;
