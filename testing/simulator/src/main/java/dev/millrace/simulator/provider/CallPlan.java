package dev.millrace.simulator.provider;

import dev.millrace.simulator.traffic.CallCounter;
import dev.millrace.simulator.wire.HeaderValue;
import java.util.List;

/**
 * The decision on a call.
 *
 * @param model the model's name as the request gives it; empty when the body has none
 * @param headers headers of the response, for any action
 * @param action the provider's reaction
 * @param account the account that pays for the call
 * @param counter counts the outcome of the call
 * @param onEnd must be run once, when the call has ended
 */
public record CallPlan(
        String model,
        List<HeaderValue> headers,
        CallAction action,
        ProviderAccount account,
        CallCounter counter,
        Runnable onEnd) {}
