package dev.millrace.standalone.policy;

import dev.millrace.contracts.control.CachePurge;
import dev.millrace.standalone.policy.PolicyUpdates.Rollback;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Prints a rollback and the outcome of its verification. */
final class RollbackReport {
    private static final double NANOS_IN_SECOND = 1e9;

    private RollbackReport() {}

    /** Prints the outcome as text. */
    static void print(Rollback rollback, RollbackOutcome outcome, PrintStream out) {
        var version = rollback.change().after();
        if (!outcome.isInForce()) {
            out.println("NOT IN FORCE: " + reason(outcome));
        } else if (!outcome.isSeen()) {
            out.println(
                    "written but not confirmed: %s routed no job during the verification"
                            .formatted(version));
        } else if (outcome.late() == 0) {
            out.println("in force at once: no other version routed a job");
        } else {
            out.printf(
                    Locale.ROOT,
                    "in force after %.2f s: until then, other versions routed %,d jobs%n",
                    seconds(outcome),
                    outcome.late());
        }
        out.printf(Locale.ROOT, "%s routed %,d jobs", version, outcome.routed());
        if (!outcome.removed().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    ", %,d of them to %s",
                    outcome.routedToRemoved(),
                    String.join(" or ", outcome.removed()));
        }
        if (outcome.allowedToRemoved() > 0) {
            out.printf(
                    Locale.ROOT,
                    ", and %,d more by rules that choose the cheapest model",
                    outcome.allowedToRemoved());
        }
        out.println();
    }

    private static String reason(RollbackOutcome outcome) {
        return outcome.routedToRemoved() > 0
                ? "a rule sends jobs to a model that it may no longer choose"
                : String.format(
                        Locale.ROOT,
                        "another version still routes jobs, %,d so far",
                        outcome.late());
    }

    /** Prints the rollback, its tripped arms, its purge and the outcome as one JSON object. */
    static void printJson(
            Rollback rollback,
            List<TrippedArm> tripped,
            Optional<CachePurge> purge,
            RollbackOutcome outcome,
            PrintStream out) {
        PolicyChangeReport.printJson(
                out,
                json -> {
                    json.writeStartObject();
                    PolicyChangeReport.writeFields(rollback.change(), tripped, json);
                    json.writeStringProperty("restored", rollback.restored());
                    purge.flatMap(it -> it.filter().routedBy())
                            .ifPresent(it -> json.writeStringProperty("purged", it));
                    json.writeBooleanProperty("in_force", outcome.isInForce());
                    json.writeBooleanProperty("seen", outcome.isSeen());
                    json.writeNumberProperty("in_force_after_seconds", seconds(outcome));
                    json.writeNumberProperty("late_jobs", outcome.late());
                    json.writeNumberProperty("jobs", outcome.routed());
                    json.writeArrayPropertyStart("removed");
                    outcome.removed().forEach(json::writeString);
                    json.writeEndArray();
                    json.writeNumberProperty("jobs_to_removed", outcome.routedToRemoved());
                    json.writeNumberProperty(
                            "jobs_to_removed_by_cheapest", outcome.allowedToRemoved());
                    json.writeEndObject();
                });
    }

    private static double seconds(RollbackOutcome outcome) {
        return outcome.after().toNanos() / NANOS_IN_SECOND;
    }
}
