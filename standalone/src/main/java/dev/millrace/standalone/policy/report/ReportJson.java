package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.control.Trip;
import dev.millrace.standalone.policy.report.RuleFigures.GuardState;
import dev.millrace.standalone.policy.report.RuleFigures.MonthlySaving;
import dev.millrace.standalone.policy.report.RuleFigures.RampState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Formats a report as JSON, for machines. */
public final class ReportJson {
    private ReportJson() {}

    /** Writes the report as one object. Money is exact, except for averages with 12 decimals. */
    public static void write(PolicyReport report, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("policy", report.policy());
        json.writeStringProperty("version", report.version().version());
        json.writeBooleanProperty("in_force", report.isInForce());
        write("applied_at", report.version().applied().map(it -> it.appliedAt()), json);
        write("since", report.since(), json);
        json.writeNumberProperty("measured_seconds", report.measured().toSeconds());
        json.writeNumberProperty("events", report.extent().events());
        json.writeNumberProperty("unreadable", report.extent().unreadable());
        json.writeBooleanProperty("may_lack_earlier", report.extent().mayMissOlderEvents());
        json.writeArrayPropertyStart("rules");
        report.rules().forEach(rule -> write(rule, report.measured(), json));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(RuleFigures rule, Duration measured, JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("rule", rule.rule());
        rule.ramp().ifPresent(it -> write(it, json));
        rule.guard().ifPresent(it -> write(it, json));
        json.writeArrayPropertyStart("arms");
        rule.arms().forEach(arm -> write(arm, rule, measured, json));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(RampState ramp, JsonGenerator json) {
        json.writeObjectPropertyStart("ramp");
        json.writeStringProperty("arm", ramp.arm());
        json.writeNumberProperty("steps", ramp.steps());
        ramp.at()
                .ifPresent(
                        at -> {
                            json.writeNumberProperty("step", at.step());
                            json.writeNumberProperty("share", at.percent());
                            write("since", at.since(), json);
                        });
        json.writeEndObject();
    }

    private static void write(GuardState guard, JsonGenerator json) {
        json.writeObjectPropertyStart("guard");
        json.writeStringProperty("arm", guard.arm());
        json.writeBooleanProperty("tripped", guard.lastTrip().map(Trip::isInForce).orElse(false));
        guard.lastTrip()
                .ifPresent(
                        trip -> {
                            json.writeStringProperty("tripped_at", trip.trippedAt().toString());
                            json.writeStringProperty("version", trip.version());
                            json.writeNumberProperty("rule", trip.rule());
                            json.writeStringProperty("reason", trip.reason());
                            write("cleared_at", trip.clearedAt(), json);
                        });
        json.writeEndObject();
    }

    private static void write(
            ArmFigures arm, RuleFigures rule, Duration measured, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("arm", arm.arm());
        json.writeStringProperty("model", arm.model());
        write("share_percent", rule.sharePercent(arm), json);
        json.writeNumberProperty("jobs", arm.jobs().counted());
        json.writeNumberProperty("errors", arm.jobs().errors());
        write("error_percent", arm.jobs().errorPercent(), json);
        json.writeNumberProperty("cancelled", arm.jobs().cancelled());
        json.writeNumberProperty("without_call", arm.jobs().withoutCall());
        write("p50_ms", decimal(arm.latency().p50Millis()), json);
        write("p95_ms", decimal(arm.latency().p95Millis()), json);
        write("cost_usd", arm.money().costUsd(), json);
        write("cost_per_job_usd", arm.money().perJobUsd(), json);
        write("saved_usd", arm.money().savedUsd(), json);
        var monthly = rule.monthlySaving(arm, measured);
        write("saved_usd_per_month", monthly.map(MonthlySaving::atItsShare).orElse(null), json);
        write(
                "saved_usd_per_month_with_all_jobs",
                monthly.map(MonthlySaving::withAllJobs).orElse(null),
                json);
        json.writeEndObject();
    }

    private static @Nullable BigDecimal decimal(@Nullable Long number) {
        return number == null ? null : BigDecimal.valueOf(number);
    }

    private static void write(String name, @Nullable BigDecimal value, JsonGenerator json) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeNumberProperty(name, value);
        }
    }

    private static void write(String name, Optional<Instant> time, JsonGenerator json) {
        if (time.isPresent()) {
            json.writeStringProperty(name, time.get().toString());
        } else {
            json.writeNullProperty(name);
        }
    }
}
