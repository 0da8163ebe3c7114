/**
 * Reads batch files and publishes their lines to the request topic, on the caller's thread.
 *
 * <ul>
 *   <li>{@code file} the forms of batch files
 * </ul>
 */
@NullMarked
package dev.millrace.producer;

import org.jspecify.annotations.NullMarked;
