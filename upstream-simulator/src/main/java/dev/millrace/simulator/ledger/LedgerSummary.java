package dev.millrace.simulator.ledger;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the ledger adds up to since it was started or cleared.
 *
 * @param calls all calls
 * @param billed of these, the billed ones
 * @param entriesNotKept calls that are counted here but have no entry, since the ledger is full
 * @param idempotencyKeys distinct idempotency keys
 * @param billedMoreThanOnce of these, billed for more than one call
 * @param callsWithUncountedKey calls whose idempotency key is in neither number, since the ledger
 *     is full
 * @param outcomes calls by how they ended
 * @param models sums by model
 */
public record LedgerSummary(
        long calls,
        long billed,
        long entriesNotKept,
        long idempotencyKeys,
        long billedMoreThanOnce,
        long callsWithUncountedKey,
        Map<Outcome, Long> outcomes,
        Map<String, ModelTotals> models) {
    public LedgerSummary {
        outcomes = Map.copyOf(outcomes);
        models = Map.copyOf(models);
    }

    /** The sums of one model; zeros when it was never called. */
    public ModelTotals model(String model) {
        return models.getOrDefault(model, ModelTotals.NONE);
    }

    /** This summary as a JSON object. */
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
        for (Outcome outcome : Outcome.values()) {
            byOutcome.put(outcome.key(), outcomes.getOrDefault(outcome, 0L));
        }
        ObjectNode byModel = node.putObject("models");
        new TreeMap<>(models).forEach((model, totals) -> byModel.set(model, totals.toJson()));
        return node;
    }
}
