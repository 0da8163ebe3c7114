/**
 * A feature: API keys that a command prints, and that expire. {@code TokenKey} is one such key, and
 * the only class used from outside. {@code TokenProgram} runs its command on a virtual thread,
 * {@code TokenReader} reads what the command prints. Calls wait for a run only if there is no valid
 * token.
 *
 * <p>Depends on {@code port}, {@code wire}, and {@code call}, whose {@code ExpiringKey} it
 * implements.
 */
@NullMarked
package dev.millrace.worker.token;

import org.jspecify.annotations.NullMarked;
