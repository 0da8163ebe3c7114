/**
 * Formats answers, streams and model lists as the bodies that each wire has. Pure functions;
 * depends on {@code wire} and {@code answer}.
 */
@NullMarked
package dev.millrace.simulator.wire.body;

import org.jspecify.annotations.NullMarked;
