package dev.millrace.standalone.cli.control;

import dev.millrace.standalone.control.PolicyDecisions.Rollback;
import dev.millrace.standalone.control.RolledBack;
import java.io.PrintStream;
import java.util.Locale;

/** Prints what was seen after a rollback. */
final class RollbackReport {
    private static final double NANOS_IN_SECOND = 1e9;

    private RollbackReport() {}

    /** For a person. */
    static void print(Rollback rollback, RolledBack seen, PrintStream out) {
        var version = rollback.change().after();
        if (!seen.inForce()) {
            out.println("NOT IN FORCE: " + why(seen));
        } else if (!seen.isSeen()) {
            out.println(
                    "written, and not seen in force: no job came by %s while it was looked for"
                            .formatted(version));
        } else if (seen.late() == 0) {
            out.println("in force at once: no job came by another version");
        } else {
            out.printf(
                    Locale.ROOT,
                    "in force after %.2f s: then came the last of %,d jobs by another version%n",
                    seconds(seen),
                    seen.late());
        }
        out.printf(Locale.ROOT, "%,d jobs by %s", seen.routed(), version);
        if (!seen.removed().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    ", %,d of them to %s",
                    seen.routedToRemoved(),
                    String.join(" or ", seen.removed()));
        }
        if (seen.allowedToRemoved() > 0) {
            out.printf(
                    Locale.ROOT,
                    ", and %,d by rules that take the cheapest model",
                    seen.allowedToRemoved());
        }
        out.println();
    }

    private static String why(RolledBack seen) {
        return seen.routedToRemoved() > 0
                ? "a model gets jobs by a rule that may no longer choose it"
                : String.format(
                        Locale.ROOT, "jobs still come by another version, %,d so far", seen.late());
    }

    /** For a machine. */
    static void printJson(Rollback rollback, RolledBack seen, PrintStream out) {
        ChangeReport.printJson(
                out,
                json -> {
                    json.writeStartObject();
                    ChangeReport.writeFields(rollback.change(), json);
                    json.writeStringProperty("restored", rollback.restored());
                    json.writeBooleanProperty("in_force", seen.inForce());
                    json.writeBooleanProperty("seen", seen.isSeen());
                    json.writeNumberProperty("in_force_after_seconds", seconds(seen));
                    json.writeNumberProperty("late_jobs", seen.late());
                    json.writeNumberProperty("jobs", seen.routed());
                    json.writeArrayPropertyStart("removed");
                    seen.removed().forEach(json::writeString);
                    json.writeEndArray();
                    json.writeNumberProperty("jobs_to_removed", seen.routedToRemoved());
                    json.writeNumberProperty(
                            "jobs_to_removed_by_cheapest", seen.allowedToRemoved());
                    json.writeEndObject();
                });
    }

    private static double seconds(RolledBack seen) {
        return seen.after().toNanos() / NANOS_IN_SECOND;
    }
}
