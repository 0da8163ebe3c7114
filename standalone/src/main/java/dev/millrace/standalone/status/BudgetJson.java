package dev.millrace.standalone.status;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.gateway.serving.ControlWaits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import tools.jackson.core.JsonGenerator;

/** Formats budgets as JSON; {@code docs/json.md} explains the keys. */
public final class BudgetJson {
    private BudgetJson() {}

    /** Returns the budgets and the limits that were set, as one line of JSON. */
    public static String of(
            List<BudgetStatus> budgets, SortedMap<ControlKey.Limit, BudgetLimit> limits) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            write(budgets, json);
            json.writeArrayPropertyStart("limits");
            limits.forEach((key, limit) -> write(key, limit, json));
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Writes the array {@code budgets} of the current object. */
    public static void write(List<BudgetStatus> budgets, JsonGenerator json) {
        json.writeArrayPropertyStart("budgets");
        budgets.forEach(it -> write(it, json));
        json.writeEndArray();
    }

    private static void write(BudgetStatus budget, JsonGenerator json) {
        json.writeStartObject();
        switch (budget.key()) {
            case ControlKey.TenantBudget(String tenant, var period, var start) -> {
                json.writeStringProperty("tenant", tenant);
                json.writeStringProperty("period", period.name().toLowerCase(Locale.ROOT));
                start.map(Instant::toString)
                        .ifPresent(it -> json.writeStringProperty("period_start", it));
            }
            case ControlKey.BatchBudget(String tenant, String batch) ->
                    writeBatch(tenant, batch, json);
            case ControlKey.KeyBudget(String tenant, String id) -> writeKey(tenant, id, json);
        }
        BudgetState state = budget.state();
        json.writeNumberProperty("limit_usd", state.limitUsd());
        json.writeNumberProperty("spent_usd", state.spentUsd());
        json.writeNumberProperty("reserved_usd", state.reservedUsd());
        json.writeNumberProperty("exceeded_usd", state.exceededUsd());
        json.writeNumberProperty("waiting_jobs", state.waitingJobs());
        json.writeBooleanProperty("holds_back", ControlWaits.holdsBack(state));
        state.waiting().neededUsd().ifPresent(it -> json.writeNumberProperty("needed_usd", it));
        json.writeNumberProperty("unaffordable_jobs", state.waiting().unaffordableJobs());
        json.writeNumberProperty("rejected_jobs", state.rejectedJobs());
        json.writeNumberProperty("alert_percent", state.alertPercent());
        state.periodEnd()
                .map(Instant::toString)
                .ifPresent(it -> json.writeStringProperty("period_end", it));
        json.writeStringProperty("at", state.at().toString());
        json.writeEndObject();
    }

    private static void write(ControlKey.Limit key, BudgetLimit limit, JsonGenerator json) {
        json.writeStartObject();
        switch (key) {
            case ControlKey.TenantLimit(String tenant) ->
                    json.writeStringProperty("tenant", tenant);
            case ControlKey.BatchLimit(String tenant, String batch) ->
                    writeBatch(tenant, batch, json);
            case ControlKey.KeyLimit(String tenant, String id) -> writeKey(tenant, id, json);
        }
        json.writeNumberProperty("limit_usd", limit.limitUsd());
        json.writeStringProperty("at", limit.at().toString());
        json.writeStringProperty("by", limit.by());
        json.writeEndObject();
    }

    private static void writeKey(String tenant, String id, JsonGenerator json) {
        json.writeStringProperty("tenant", tenant);
        json.writeStringProperty("key", id);
    }

    private static void writeBatch(String tenant, String batch, JsonGenerator json) {
        json.writeStringProperty("tenant", tenant);
        json.writeStringProperty("batch", batch);
    }
}
