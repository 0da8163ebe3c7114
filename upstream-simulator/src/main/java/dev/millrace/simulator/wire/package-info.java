/**
 * The OpenAI and Anthropic wires of the simulated provider: which operation belongs to which wire,
 * the ids of calls, and the errors. Pure functions; depends on {@code answer}.
 */
@NullMarked
package dev.millrace.simulator.wire;

import org.jspecify.annotations.NullMarked;
