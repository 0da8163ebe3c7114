package dev.millrace.router.guards;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;

/** Converts canary events to records of the control topic. */
final class ControlRecords {
    private ControlRecords() {}

    static Record<byte[], byte[]> of(CanaryEvent event, long nowMillis) {
        ControlRecord control =
                switch (event) {
                    case CanaryEvent.GuardTripped trip -> trip(trip);
                    case CanaryEvent.RampMoved ramp -> ramp(ramp);
                };
        return new Record<>(control.key().bytes(), control.value(), nowMillis);
    }

    private static ControlRecord trip(CanaryEvent.GuardTripped trip) {
        CanaryRule rule = trip.rule();
        Breach.Report report = trip.report();
        return new Trip(
                        Instant.ofEpochMilli(trip.atMillis()),
                        rule.version(),
                        rule.number(),
                        report.breach().reason(),
                        report.jobs(),
                        report.errors(),
                        report.costUsd(),
                        Optional.empty())
                .record(rule.policy(), trip.model());
    }

    private static ControlRecord ramp(CanaryEvent.RampMoved ramp) {
        CanaryRule rule = ramp.rule();
        CanaryRule.RampedArm ramped = rule.ramp().orElseThrow();
        return new RampStep(
                        rule.version(),
                        ramped.arm(),
                        ramp.progress().step(),
                        ramped.schedule().percent(ramp.progress().step()),
                        Instant.ofEpochMilli(ramp.progress().sinceMillis()))
                .record(rule.policy(), rule.number());
    }
}
