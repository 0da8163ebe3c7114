package dev.millrace.contracts.control;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * A guard that has taken an arm's share away. Until someone clears it the arm has none, in any rule
 * of the policy that guards it, also of later versions.
 *
 * @param trippedAt when
 * @param version of the policy, as in {@code routed_by}
 * @param rule number of the rule, from 1
 * @param reason what was breached, with the numbers
 * @param jobs of the arm that the guard had seen
 * @param errors among them
 * @param costUsd of them all, in US dollars
 * @param clearedAt when someone gave the arm its share back; absent: it has none
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
    /** One that is in force after all that were cleared, then by the time of its last change. */
    static final Comparator<Trip> BY_AGE =
            Comparator.comparing(Trip::isInForce)
                    .thenComparing(trip -> trip.clearedAt().orElse(trip.trippedAt()));

    public Trip {
        require(rule >= 1, "rule", "must be 1 or more, was " + rule);
        require(jobs >= 0, "jobs", "must be 0 or more, was " + jobs);
        require(errors >= 0, "errors", "must be 0 or more, was " + errors);
        costUsd = Usd.normalised(costUsd);
    }

    /** Whether the arm has no share. */
    public boolean isInForce() {
        return clearedAt.isEmpty();
    }

    /** The same trip, cleared. */
    public Trip cleared(Instant now) {
        return new Trip(trippedAt, version, rule, reason, jobs, errors, costUsd, Optional.of(now));
    }

    /**
     * Returns the record that says so of an arm.
     *
     * @param arm the model by its name in the catalog; when a trip is cleared, the name that it is
     *     stored under
     */
    public ControlRecord record(String policy, String arm) {
        var json = ControlJson.object();
        json.put("tripped_at", trippedAt.toString());
        json.put("version", version);
        json.put("rule", rule);
        json.put("reason", reason);
        json.put("jobs", jobs);
        json.put("errors", errors);
        json.put("cost_usd", costUsd);
        clearedAt.ifPresent(it -> json.put("cleared_at", it.toString()));
        return new ControlRecord(new ControlKey.Guard(policy, arm), ControlJson.bytes(json));
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException when it is no trip
     */
    static Trip of(byte[] value) {
        var json = ControlJson.read(value, "a trip");
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
