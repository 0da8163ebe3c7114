package dev.millrace.simulator.provider;

import dev.millrace.simulator.wire.HeaderValue;
import java.util.List;

/**
 * The decision on a call.
 *
 * @param model the model's name as it was asked for; empty when the body had none
 * @param headers of the response, whatever it is
 * @param course what becomes of the call
 * @param end to be run once when the call has ended
 */
public record Plan(String model, List<HeaderValue> headers, Course course, Runnable end) {}
