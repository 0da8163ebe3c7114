/**
 * Classifies a provider's answer: the error code, the billing, and the wait that the provider asks
 * for.
 *
 * <p>Pure functions, called on the thread of the call. Depends on contracts and on the module wire,
 * which knows the providers' formats.
 */
@NullMarked
package dev.millrace.worker.answer;

import org.jspecify.annotations.NullMarked;
