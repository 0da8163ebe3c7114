package dev.millrace.standalone.key;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.SecretHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Decides which records of API keys to write, as pure functions of the control state. */
public final class KeyChanges {
    /** Every gateway holds all keys in memory, and every reader of control reads them. */
    static final int MAX_KEYS = 10_000;

    private KeyChanges() {}

    /**
     * The outcome of a change.
     *
     * @param key the key as it is now stored; empty if nothing was written
     * @param problem why nothing was written, as a sentence without a period
     */
    public record Outcome(Optional<GatewayKey> key, Optional<String> problem) {
        private static Change<Outcome> refused(String problem) {
            return Change.none(new Outcome(Optional.empty(), Optional.of(problem)));
        }
    }

    /**
     * Adds a key. Its name must differ from every usable key's name, but can equal a revoked key's
     * name.
     *
     * @param budget limit of the key's budget; empty for none
     */
    public static Change<Outcome> create(
            ControlState state, String id, GatewayKey key, Optional<BudgetLimit> budget) {
        var sameName =
                GatewayKey.all(state).entrySet().stream()
                        .filter(it -> it.getValue().name().equals(key.name()))
                        .filter(it -> it.getValue().isInForce(key.created()))
                        .findFirst();
        if (sameName.isPresent()) {
            return Outcome.refused(
                    "The key "
                            + sameName.get().getKey()
                            + " already has the name \""
                            + key.name()
                            + "\"; give another name, or rotate or revoke that key");
        }
        if (state.apiKeys().size() >= MAX_KEYS) {
            return Outcome.refused("There are already " + MAX_KEYS + " keys, which is the limit");
        }
        Change<Outcome> created = put(id, key);
        if (budget.isEmpty()) {
            return created;
        }
        // The budget comes first, because a key in use before its budget could spend without limit.
        var records = new ArrayList<ControlRecord>();
        records.add(
                new ControlRecord(
                        new ControlKey.KeyLimit(key.access().tenant(), id), budget.get().toJson()));
        records.addAll(created.records());
        return new Change<>(records, created.result());
    }

    public static Change<Outcome> revoke(ControlState state, String id, Instant now) {
        return change(state, id, key -> key.revokedAt(now));
    }

    /**
     * Deletes an ended key, but the last key only if confirmed: without any key, a gateway accepts
     * requests without one.
     */
    public static Change<Outcome> delete(
            ControlState state, String id, Instant now, boolean isConfirmed) {
        var key = GatewayKey.find(id, state).orElse(null);
        if (key == null) {
            return unknown(id);
        }
        if (key.isInForce(now)) {
            return Outcome.refused(
                    "The key "
                            + id
                            + " is in force; revoke it first with \"millrace keys revoke\"");
        }
        if (state.apiKeys().size() == 1 && !isConfirmed) {
            return Outcome.refused(
                    "The key "
                            + id
                            + " is the last one, and a gateway without keys serves every program of"
                            + " its machine, or nobody; create another key first, or add --yes");
        }
        return new Change<>(
                List.of(ControlRecord.removal(new ControlKey.ApiKey(id))),
                new Outcome(Optional.of(key), Optional.empty()));
    }

    private static Change<Outcome> unknown(String id) {
        return Outcome.refused(
                "There is no key \"" + id + "\"; \"millrace keys list\" shows the ids");
    }

    /**
     * Replaces the secret of a key.
     *
     * @param end from when the earlier secret is refused
     */
    public static Change<Outcome> rotate(
            ControlState state, String id, SecretHash secret, Instant end) {
        var key = GatewayKey.find(id, state).orElse(null);
        if (key != null && !key.isInForce(secret.created())) {
            return Outcome.refused(
                    "The key "
                            + id
                            + (key.revoked().isPresent() ? " is revoked" : " has expired")
                            + "; create another one");
        }
        return change(state, id, it -> it.withSecret(secret, end));
    }

    private static Change<Outcome> change(
            ControlState state, String id, UnaryOperator<GatewayKey> change) {
        return GatewayKey.find(id, state)
                .map(it -> put(id, change.apply(it)))
                .orElseGet(() -> unknown(id));
    }

    private static Change<Outcome> put(String id, GatewayKey key) {
        return new Change<>(
                List.of(new ControlRecord(new ControlKey.ApiKey(id), key.toJson())),
                new Outcome(Optional.of(key), Optional.empty()));
    }
}
