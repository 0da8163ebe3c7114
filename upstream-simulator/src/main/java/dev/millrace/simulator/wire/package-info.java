/**
 * The OpenAI and Anthropic wires of the simulated provider: pure functions that format answers,
 * streams, errors and limits as JSON and header values.
 */
@NullMarked
package dev.millrace.simulator.wire;

import org.jspecify.annotations.NullMarked;
