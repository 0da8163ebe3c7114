/**
 * The OpenAI and Anthropic wires of the simulated provider: which operation belongs to which wire,
 * the ids of calls, the errors, and the response headers with limits and waits. Pure functions;
 * depends on {@code answer} and {@code settings}.
 */
@NullMarked
package dev.millrace.simulator.wire;

import org.jspecify.annotations.NullMarked;
