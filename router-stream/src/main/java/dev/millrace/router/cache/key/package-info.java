/**
 * Cache keys: which requests are identical, so that one answer serves them all.
 *
 * <p>Pure functions for any thread. Depends on contracts and the prompts of {@code similarity}.
 */
@NullMarked
package dev.millrace.router.cache.key;

import org.jspecify.annotations.NullMarked;
