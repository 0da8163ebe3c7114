package dev.millrace.contracts.control;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.json.JsonFields;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * The trip of a guard, which takes away an arm's share. Until the trip is cleared, the arm has no
 * share in any rule of the policy that guards it, including later versions.
 *
 * @param trippedAt time of the trip
 * @param version version of the policy, as in {@code routed_by}
 * @param rule number of the rule, from 1
 * @param reason the breached threshold, with the measured values
 * @param jobs number of the arm's jobs evaluated by the guard
 * @param errors number of errors among the evaluated jobs
 * @param costUsd cost of the evaluated jobs in US dollars
 * @param clearedAt time when an operator restored the share; absent while the trip is in force
 */
public record Trip(
        Instant trippedAt,
        String version,
        int rule,
        String reason,
        long jobs,
        long errors,
        BigDecimal costUsd,
        Optional<Instant> clearedAt) {
    /**
     * Orders trips by the time of their last change, with a trip in force after all cleared ones.
     */
    static final Comparator<Trip> BY_AGE =
            Comparator.comparing(Trip::isInForce)
                    .thenComparing(trip -> trip.clearedAt().orElse(trip.trippedAt()));

    public Trip {
        require(rule >= 1, "rule", "must be 1 or more, was " + rule);
        require(jobs >= 0, "jobs", "must be 0 or more, was " + jobs);
        require(errors >= 0, "errors", "must be 0 or more, was " + errors);
        costUsd = Usd.normalised(costUsd);
    }

    /** Returns true while the arm has no share. */
    public boolean isInForce() {
        return clearedAt.isEmpty();
    }

    /** Returns a cleared copy of this trip. */
    public Trip cleared(Instant now) {
        return new Trip(trippedAt, version, rule, reason, jobs, errors, costUsd, Optional.of(now));
    }

    /**
     * Returns the record for an arm.
     *
     * @param arm catalog name of the model; for a cleared trip, the name under which it is stored
     */
    public ControlRecord record(String policy, String arm) {
        var json = JsonFields.object();
        json.put("tripped_at", trippedAt.toString());
        json.put("version", version);
        json.put("rule", rule);
        json.put("reason", reason);
        json.put("jobs", jobs);
        json.put("errors", errors);
        json.put("cost_usd", costUsd);
        clearedAt.ifPresent(it -> json.put("cleared_at", it.toString()));
        return new ControlRecord(new ControlKey.Guard(policy, arm), JsonFields.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the value is not a trip
     */
    static Trip of(byte[] value) {
        var json = JsonFields.read(value, "a trip");
        return new Trip(
                json.time("tripped_at"),
                json.text("version"),
                json.count("rule", 1),
                json.text("reason"),
                json.number("jobs", 0),
                json.number("errors", 0),
                json.decimal("cost_usd"),
                json.optionalTime("cleared_at"));
    }
}
