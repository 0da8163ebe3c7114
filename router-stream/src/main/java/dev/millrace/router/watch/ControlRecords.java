package dev.millrace.router.watch;

import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;

/** Notices as records of the control topic. */
final class ControlRecords {
    private ControlRecords() {}

    static Record<byte[], byte[]> of(Notice notice, long nowMillis) {
        ControlRecord told =
                switch (notice) {
                    case Notice.Tripped trip -> trip(trip);
                    case Notice.RampAt ramp -> ramp(ramp);
                };
        return new Record<>(told.key().bytes(), told.value(), nowMillis);
    }

    private static ControlRecord trip(Notice.Tripped trip) {
        WatchedRule rule = trip.rule();
        return new Trip(
                        Instant.ofEpochMilli(trip.atMillis()),
                        rule.version(),
                        rule.number(),
                        trip.verdict().breach().reason(),
                        trip.verdict().jobs(),
                        trip.verdict().errors(),
                        trip.verdict().costUsd(),
                        Optional.empty())
                .record(rule.policy(), trip.model());
    }

    private static ControlRecord ramp(Notice.RampAt ramp) {
        WatchedRule rule = ramp.rule();
        WatchedRule.RampedArm ramped = rule.ramp().orElseThrow();
        return new RampStep(
                        rule.version(),
                        ramped.arm(),
                        ramp.progress().step(),
                        ramped.rule().percent(ramp.progress().step()),
                        Instant.ofEpochMilli(ramp.progress().sinceMillis()))
                .record(rule.policy(), rule.number());
    }
}
