package dev.millrace.worker.breaker;

import dev.millrace.contracts.control.OperatorCommand;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Closes breakers when an operator asks for it, once for each request. Ignores requests from before
 * the first read of control: no call has started by then, so all breakers are closed. Belongs to
 * the loop's thread.
 */
public final class BreakerResets {
    private final Breakers breakers;

    /** The latest request for each model; null until control has been read. */
    private @Nullable Map<String, OperatorCommand> known;

    public BreakerResets(Breakers breakers) {
        this.breakers = breakers;
    }

    /**
     * Applies new requests.
     *
     * @param latest the latest request for each model
     */
    public void apply(Map<String, OperatorCommand> latest) {
        Map<String, OperatorCommand> before = known == null ? latest : known;
        known = Map.copyOf(latest);
        latest.forEach(
                (model, request) -> {
                    if (!request.equals(before.get(model))) {
                        breakers.reset(model);
                    }
                });
    }
}
