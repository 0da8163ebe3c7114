/**
 * Formats request ids, limits and waits as the headers that each wire has. Pure functions; depends
 * on {@code wire} and {@code settings}.
 */
@NullMarked
package dev.millrace.simulator.wire.header;

import org.jspecify.annotations.NullMarked;
