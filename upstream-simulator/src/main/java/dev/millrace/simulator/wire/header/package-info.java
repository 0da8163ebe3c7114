/**
 * Formats request ids, limits and waits as the response headers of each wire. Pure functions;
 * depends on {@code wire} and {@code settings}.
 */
@NullMarked
package dev.millrace.simulator.wire.header;

import org.jspecify.annotations.NullMarked;
