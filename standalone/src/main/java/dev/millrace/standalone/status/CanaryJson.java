package dev.millrace.standalone.status;

import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.standalone.status.ControlStatus.GuardStatus;
import dev.millrace.standalone.status.ControlStatus.RampStatus;
import dev.millrace.standalone.status.ControlStatus.TrippedArm;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Writes the state of ramps and guards as JSON. All commands share this format. */
public final class CanaryJson {
    private CanaryJson() {}

    /** Writes the array {@code ramps}. */
    public static void writeRamps(List<RampStatus> ramps, JsonGenerator json) {
        json.writeArrayPropertyStart("ramps");
        for (RampStatus ramp : ramps) {
            json.writeStartObject();
            json.writeNumberProperty("rule", ramp.rule());
            json.writeStringProperty("arm", ramp.arm());
            json.writeNumberProperty("step", ramp.step());
            json.writeNumberProperty("steps", ramp.steps());
            json.writeNumberProperty("share", ramp.percent());
            ramp.since().ifPresent(since -> json.writeStringProperty("since", since.toString()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes the array {@code guards}. */
    static void writeGuards(List<GuardStatus> guards, JsonGenerator json) {
        json.writeArrayPropertyStart("guards");
        for (GuardStatus each : guards) {
            Guard guard = each.guard();
            json.writeStartObject();
            json.writeNumberProperty("rule", each.rule());
            json.writeStringProperty("arm", guard.arm());
            guard.errorRate().ifPresent(it -> json.writeNumberProperty("error_rate", it));
            guard.p95Ratio().ifPresent(it -> json.writeNumberProperty("p95_ratio", it));
            guard.costRatio().ifPresent(it -> json.writeNumberProperty("cost_ratio", it));
            json.writeNumberProperty("over", guard.over());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes the array {@code tripped}. */
    public static void writeTripped(List<TrippedArm> arms, JsonGenerator json) {
        json.writeArrayPropertyStart("tripped");
        for (TrippedArm arm : arms) {
            Trip trip = arm.trip();
            json.writeStartObject();
            json.writeStringProperty("policy", arm.policy());
            json.writeStringProperty("arm", arm.arm());
            json.writeNumberProperty("rule", trip.rule());
            json.writeStringProperty("version", trip.version());
            json.writeStringProperty("tripped_at", trip.trippedAt().toString());
            json.writeStringProperty("reason", trip.reason());
            json.writeNumberProperty("jobs", trip.jobs());
            json.writeNumberProperty("errors", trip.errors());
            json.writeNumberProperty("cost_usd", trip.costUsd());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
