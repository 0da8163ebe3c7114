package dev.millrace.worker.capacity;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Divides the slots of calls in flight among models, so that no slot is idle while a job waits, and
 * a hanging model delays no other. Belongs to the loop's thread.
 *
 * <p>With the limit L, the reserve R for critical jobs, n models and the guarantee G of each (see
 * {@link SlotBounds}), a call can start if one of these rules permits it:
 *
 * <ol>
 *   <li>its model has fewer than G calls in flight, even above the limit: the <em>overdraft</em>
 *   <li>fewer than L − R calls are in flight; fewer than L if the job is critical
 *   <li>the job is critical, and fewer than R critical calls are in flight
 * </ol>
 *
 * <p>These invariants follow:
 *
 * <ul>
 *   <li><b>Work-conserving:</b> a job waits for a slot only while L − R calls or more are in
 *       flight. A model alone at work has L − R slots, with critical jobs L.
 *   <li><b>Isolation:</b> a model with fewer than G calls in flight never waits for a slot.
 *   <li><b>Hard bound:</b> at most L + (n − 1) G calls are in flight.
 *   <li><b>One model</b> has at most L calls in flight, even when it hangs.
 *   <li><b>Return to the limit:</b> above the limit, no model starts calls beyond its guarantee,
 *       except R critical calls. Each end of a call beyond the guarantee thus reduces the
 *       overdraft.
 * </ul>
 *
 * <p>The first two invariants follow from rules 2 and 1. The others follow from the sum Φ = Σ
 * max(G, calls of the model), which is never less than the calls in flight. Neither ends of calls
 * nor rule 1 increase Φ. After a start by rule 2, at most L calls are in flight, and at most n − 1
 * models have fewer than G of them, so Φ ≤ L + (n − 1) G. For the same reason, Φ without its
 * critical calls is at most L − R + (n − 1) G: rule 2 permits only L − R calls that are not
 * critical. After a start by rule 3 there are at most R critical calls, so again Φ ≤ L + (n − 1) G.
 * One model's calls are at most Φ less G for each other model, which is L.
 *
 * <p>If the transaction that freed a slot fails, the slot is taken again without asking. Taking it
 * restores an earlier state, because the calls announced in between are withdrawn first.
 */
final class CallSlots {
    private final SlotBounds bounds;
    private final Map<String, Usage> models = new HashMap<>();
    private int inFlight;
    private int critical;

    /** The slots of one model. */
    private static final class Usage {
        final int guarantee;
        int inFlight;

        Usage(int guarantee) {
            this.guarantee = guarantee;
        }
    }

    /**
     * @param limit {@code max_in_flight}
     * @param models names of the served models, at least one
     */
    CallSlots(int limit, Collection<String> models) {
        bounds = new SlotBounds(limit, Set.copyOf(models).size());
        models.forEach(model -> this.models.put(model, new Usage(bounds.guarantee())));
    }

    private Usage usage(String model) {
        return models.computeIfAbsent(model, _ -> new Usage(0));
    }

    /** Returns true when a call may take the slot. */
    boolean isFree(Slot slot) {
        Usage own = usage(slot.model());
        if (own.inFlight < own.guarantee) {
            return true;
        }
        return slot.isCritical()
                ? inFlight < bounds.limit() || critical < bounds.reserve()
                : inFlight < bounds.limit() - bounds.reserve();
    }

    /** Returns true when rule 3 permits a critical call, and no rule permits another call. */
    boolean isReserved(String model) {
        return critical < bounds.reserve() && !isFree(new Slot(model, false));
    }

    /** Counts a call as in flight, even if its slot is not free. */
    void take(Slot slot) {
        count(slot, 1);
    }

    /** Counts a call as no longer in flight. */
    void free(Slot slot) {
        count(slot, -1);
    }

    private void count(Slot slot, int change) {
        usage(slot.model()).inFlight += change;
        inFlight += change;
        critical += slot.isCritical() ? change : 0;
    }

    /** Returns the number of further calls of any lane that rule 2 permits. */
    int free() {
        return Math.max(0, bounds.limit() - bounds.reserve() - inFlight);
    }

    /** Returns the number of calls in flight. */
    int inFlight() {
        return inFlight;
    }

    /** Returns the number of calls of a model in flight. */
    int inFlight(String model) {
        return usage(model).inFlight;
    }

    SlotBounds bounds() {
        return bounds;
    }
}
