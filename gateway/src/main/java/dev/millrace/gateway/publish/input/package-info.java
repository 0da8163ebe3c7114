/**
 * The lines of accepted batches and their check: {@link
 * dev.millrace.gateway.publish.input.BatchInputs} opens the lines of a batch, and {@link
 * dev.millrace.gateway.publish.input.InputCheck} finds every invalid line.
 *
 * <p>Runs on the publisher's thread, which may block. Depends on {@code contracts}, {@code
 * producer}, {@link dev.millrace.gateway.file}, {@link dev.millrace.gateway.results} and {@link
 * dev.millrace.gateway.submission}.
 */
@NullMarked
package dev.millrace.gateway.publish.input;

import org.jspecify.annotations.NullMarked;
