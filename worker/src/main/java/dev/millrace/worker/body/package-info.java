/**
 * Reads the bodies of answers, streamed or not, within the memory that answers may take. Runs on
 * the virtual thread of the call.
 *
 * <p>Depends on {@code answer} and on the module provider-wire.
 */
@NullMarked
package dev.millrace.worker.body;

import org.jspecify.annotations.NullMarked;
