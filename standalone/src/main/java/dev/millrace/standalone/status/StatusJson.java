package dev.millrace.standalone.status;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.router.fair.AheadTenant;
import dev.millrace.standalone.status.ControlStatus.Applied;
import dev.millrace.standalone.status.ControlStatus.Pause;
import dev.millrace.standalone.status.ControlStatus.PolicyStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Formats a pipeline status as one JSON object; {@code docs/json.md} explains its keys. */
public final class StatusJson {
    private final JsonGenerator json;

    private StatusJson(JsonGenerator json) {
        this.json = json;
    }

    /** Returns the status as one line of JSON. */
    public static String of(PipelineStatus status) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            new StatusJson(json).write(status);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private void write(PipelineStatus status) {
        json.writeStartObject();
        json.writeNumberProperty("routers", status.services().routers());
        json.writeNumberProperty("workers", status.services().workers());
        json.writeNumberProperty("max_in_flight", status.services().maxInFlight());
        json.writeNumberProperty("unrouted", status.unrouted().records());
        array("models", status.models(), this::write);
        json.writeArrayPropertyStart("waiting");
        status.waits().forEach(it -> json.writeRawValue(it.toJson().toString()));
        json.writeEndArray();
        array("policies", status.control().policies(), this::write);
        CanaryJson.writeTripped(status.control().tripped(), json);
        array("pauses", status.control().pauses(), this::write);
        array("breakers", status.control().breakers(), this::write);
        array("usage_doubts", status.control().doubts(), this::write);
        BudgetJson.write(status.control().budgets(), json);
        array("limits", status.limits(), this::write);
        status.retrieval().ifPresent(this::write);
        json.writeArrayPropertyStart("unreadable");
        status.control().unreadable().forEach(json::writeString);
        json.writeEndArray();
        array("ahead", status.ahead(), this::write);
        json.writeEndObject();
    }

    private <T> void array(String name, Collection<T> entries, Consumer<T> write) {
        json.writeArrayPropertyStart(name);
        for (T entry : entries) {
            json.writeStartObject();
            write.accept(entry);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(ModelQueue queue) {
        json.writeStringProperty("model", queue.model());
        for (Lane lane : Lane.values()) {
            json.writeNumberProperty(lane.word() + "_waiting", queue.waiting(lane));
        }
        if (queue.isEstimate()) {
            json.writeBooleanProperty("about", true);
        }
        json.writeNumberProperty("running", queue.running());
        json.writeBooleanProperty("paused", queue.isPaused());
    }

    private void write(PolicyStatus policy) {
        json.writeStringProperty("policy", policy.name());
        json.writeStringProperty("version", policy.version());
        json.writeBooleanProperty("asked", policy.isDefault());
        policy.unreadable().ifPresent(it -> json.writeStringProperty("unreadable", it));
        policy.applied().ifPresent(this::write);
        CanaryJson.writeRamps(policy.ramps(), json);
        CanaryJson.writeGuards(policy.guards(), json);
    }

    private void write(Applied applied) {
        json.writeStringProperty("applied_at", applied.at().toString());
        json.writeStringProperty("by", applied.by());
        applied.note().ifPresent(note -> json.writeStringProperty("note", note));
    }

    private void write(Pause pause) {
        switch (pause.key()) {
            case ControlKey.PauseAll() -> {}
            case ControlKey.PauseModel(String model) -> json.writeStringProperty("model", model);
            case ControlKey.PauseTenant(String tenant) ->
                    json.writeStringProperty("tenant", tenant);
            case ControlKey.PauseBatch(String tenant, String batch) -> {
                json.writeStringProperty("tenant", tenant);
                json.writeStringProperty("batch", batch);
            }
        }
        OperatorCommand command = pause.command();
        json.writeStringProperty("at", command.at().toString());
        json.writeStringProperty("by", command.by());
        command.expires().ifPresent(it -> json.writeStringProperty("expires", it.toString()));
    }

    private void write(BreakerStatus breaker) {
        json.writeStringProperty("breaker", breaker.first().breaker());
        json.writeNumberProperty("workers", breaker.workers());
        json.writeStringProperty("error", breaker.first().error());
        json.writeStringProperty("reason", breaker.first().reason());
        json.writeStringProperty("since", breaker.first().since().toString());
        json.writeStringProperty("next_trial", breaker.nextTrial().toString());
    }

    private void write(DoubtStatus doubt) {
        json.writeStringProperty("model", doubt.model());
        json.writeStringProperty("doubt", doubt.doubt());
        json.writeNumberProperty("answers", doubt.answers());
    }

    private void write(LimitStatus limit) {
        LimitUsage.Use use = limit.use();
        json.writeStringProperty("path", limit.path());
        json.writeStringProperty("origin", limit.origin().word());
        json.writeNumberProperty("limit", use.limit());
        json.writeNumberProperty("used", use.used());
        json.writeNumberProperty("leased", use.leased());
        json.writeNumberProperty("workers", use.sessions());
        json.writeNumberProperty("waiting_workers", use.hungry());
    }

    private void write(RetrievalBacklog retrieval) {
        json.writeObjectPropertyStart("retrieval");
        json.writeNumberProperty("waiting", retrieval.waiting());
        json.writeNumberProperty("services", retrieval.services());
        json.writeEndObject();
    }

    private void write(AheadTenant tenant) {
        json.writeStringProperty("model", tenant.model());
        json.writeStringProperty("tenant", tenant.tenant());
        json.writeNumberProperty("jobs", Math.round(tenant.jobs()));
    }
}
