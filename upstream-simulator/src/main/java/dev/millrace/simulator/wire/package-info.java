/**
 * The two wires that the simulated provider speaks: how answers, streams, errors and limits look to
 * an OpenAI and to an Anthropic client. Pure functions to JSON and header values.
 */
@NullMarked
package dev.millrace.simulator.wire;

import org.jspecify.annotations.NullMarked;
