package dev.millrace.simulator.calllog;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Totals of the ledger since it was started or cleared.
 *
 * @param calls number of calls
 * @param billed number of billed calls
 * @param entriesNotKept calls without an entry because the ledger was full
 * @param idempotencyKeys number of distinct idempotency keys
 * @param billedMoreThanOnce idempotency keys billed for more than one call
 * @param callsWithUncountedKey calls whose idempotency key was not counted because the ledger was
 *     full
 * @param outcomes number of calls by outcome
 * @param models totals by model
 */
public record CallLogSummary(
        long calls,
        long billed,
        long entriesNotKept,
        long idempotencyKeys,
        long billedMoreThanOnce,
        long callsWithUncountedKey,
        Map<CallOutcome, Long> outcomes,
        Map<String, ModelTotals> models) {
    public CallLogSummary {
        outcomes = Map.copyOf(outcomes);
        models = Map.copyOf(models);
    }

    /** Returns the totals of one model; zeros when the model was never called. */
    public ModelTotals model(String model) {
        return models.getOrDefault(model, ModelTotals.NONE);
    }

    /** Returns this summary as a JSON object. */
    public ObjectNode toJson() {
        ObjectNode node =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("calls", calls)
                        .put("billed", billed)
                        .put("entries_not_kept", entriesNotKept)
                        .put("idempotency_keys", idempotencyKeys)
                        .put("idempotency_keys_billed_more_than_once", billedMoreThanOnce)
                        .put("calls_with_uncounted_idempotency_key", callsWithUncountedKey);
        ObjectNode byOutcome = node.putObject("outcomes");
        for (CallOutcome outcome : CallOutcome.values()) {
            byOutcome.put(outcome.key(), outcomes.getOrDefault(outcome, 0L));
        }
        ObjectNode byModel = node.putObject("models");
        new TreeMap<>(models).forEach((model, totals) -> byModel.set(model, totals.toJson()));
        return node;
    }
}
