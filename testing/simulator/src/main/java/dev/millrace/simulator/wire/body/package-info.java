/**
 * Formats answers, streams and model lists as the response bodies of each wire. Pure functions;
 * depends on {@code wire} and {@code answer}.
 */
@NullMarked
package dev.millrace.simulator.wire.body;

import org.jspecify.annotations.NullMarked;
