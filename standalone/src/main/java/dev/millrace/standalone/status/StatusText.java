package dev.millrace.standalone.status;

import dev.millrace.router.fair.AheadTenant;
import dev.millrace.standalone.console.WholeSeconds;
import dev.millrace.standalone.status.ControlNow.Pause;
import dev.millrace.standalone.status.ControlNow.PolicyNow;
import dev.millrace.standalone.status.ControlNow.RampNow;
import dev.millrace.standalone.status.ControlNow.TrippedArm;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A status for a person. */
public final class StatusText {
    private static final int MOST_KEYS = 5;

    private StatusText() {}

    /** Without line breaks. */
    public static List<String> of(Status status) {
        List<String> lines = new ArrayList<>();
        lines.add("routers " + status.routers() + ", workers " + status.workers());
        lines.add("");
        models(status.models(), lines);
        lines.add("");
        status.inForce().policies().forEach(policy -> policy(policy, lines));
        status.inForce().tripped().forEach(it -> lines.add(tripped(it)));
        status.inForce().pauses().forEach(it -> lines.add(pause(it)));
        unreadable(status.inForce().unreadable(), lines);
        status.ahead().stream()
                .filter(it -> Math.round(it.jobs()) > 0)
                .forEach(it -> lines.add(ahead(it)));
        return lines;
    }

    private static void models(List<ModelQueue> models, List<String> lines) {
        if (models.isEmpty()) {
            lines.add("no model of the catalog has topics");
            return;
        }
        int width = models.stream().mapToInt(it -> it.model().length()).reduce(5, Math::max);
        lines.add(row(width, "model", "normal", "bulk", "running").stripTrailing());
        for (ModelQueue it : models) {
            String row =
                    row(
                            width,
                            it.model(),
                            number(it.normal().waiting()),
                            number(it.bulk().waiting()),
                            number(it.normal().plus(it.bulk()).running()));
            lines.add(it.isPaused() ? row + "  paused" : row);
        }
    }

    private static String row(int width, String model, String normal, String bulk, String running) {
        return String.format(
                Locale.ROOT, "%-" + width + "s %12s %12s %12s", model, normal, bulk, running);
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static void policy(PolicyNow policy, List<String> lines) {
        lines.add(
                "policy "
                        + policy.name()
                        + "@"
                        + policy.version()
                        + policy.applied()
                                .map(
                                        it ->
                                                ", applied "
                                                        + WholeSeconds.of(it.at())
                                                        + " by "
                                                        + it.by())
                                .orElse(", of the configuration")
                        + policy.applied()
                                .flatMap(ControlNow.Applied::note)
                                .map(note -> ": " + note)
                                .orElse("")
                        + (policy.isAsked() ? "" : "; asked by nobody"));
        policy.unreadable()
                .map(it -> "  " + it + " cannot be read by this Millrace; who can, goes by it")
                .ifPresent(lines::add);
        policy.ramps().forEach(ramp -> lines.add("  " + ramp(ramp)));
    }

    private static void unreadable(List<String> keys, List<String> lines) {
        if (!keys.isEmpty()) {
            lines.add(
                    "control has "
                            + number(keys.size())
                            + " records that cannot be read: "
                            + String.join(", ", keys.subList(0, Math.min(MOST_KEYS, keys.size())))
                            + (keys.size() > MOST_KEYS ? ", …" : ""));
        }
    }

    private static String ramp(RampNow ramp) {
        return "rule "
                + ramp.rule()
                + ": "
                + ramp.arm()
                + " at "
                + BigDecimal.valueOf(ramp.percent()).stripTrailingZeros().toPlainString()
                + " %, step "
                + ramp.step()
                + " of "
                + ramp.steps()
                + ramp.since().map(since -> " since " + WholeSeconds.of(since)).orElse("");
    }

    private static String tripped(TrippedArm it) {
        return "tripped "
                + it.arm()
                + " of policy "
                + it.policy()
                + ", rule "
                + it.trip().rule()
                + ", at "
                + WholeSeconds.of(it.trip().trippedAt())
                + ": "
                + it.trip().reason();
    }

    private static String pause(Pause pause) {
        return "paused "
                + pause.model().orElse("everything")
                + " since "
                + WholeSeconds.of(pause.at())
                + " by "
                + pause.by();
    }

    private static String ahead(AheadTenant it) {
        return "ahead "
                + it.tenant()
                + " by "
                + number(Math.round(it.jobs()))
                + " jobs at "
                + it.model();
    }
}
