package dev.millrace.standalone.status;

import dev.millrace.contracts.job.Lane;
import dev.millrace.router.fair.AheadTenant;
import dev.millrace.standalone.client.RecordCount;
import dev.millrace.standalone.console.WholeSeconds;
import dev.millrace.standalone.status.ControlStatus.Pause;
import dev.millrace.standalone.status.ControlStatus.PolicyStatus;
import dev.millrace.standalone.status.ControlStatus.RampStatus;
import dev.millrace.standalone.status.ControlStatus.TrippedArm;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Formats a pipeline status as text. */
final class StatusText {
    private static final int MAX_KEYS = 5;

    private StatusText() {}

    /** Returns the lines of the status, without line breaks. */
    static List<String> of(PipelineStatus status) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "routers "
                        + status.services().routers()
                        + ", workers "
                        + status.services().workers()
                        + (status.unrouted().records() == 0
                                ? ""
                                : ", requests not routed " + count(status.unrouted())));
        lines.add("");
        models(status.models(), lines);
        lines.add("");
        status.waits().forEach(it -> lines.add(it.text()));
        status.retrieval().ifPresent(it -> lines.add(retrieval(it)));
        status.control().policies().forEach(policy -> policy(policy, lines));
        status.control().tripped().forEach(it -> lines.add(tripped(it)));
        status.control().pauses().forEach(it -> lines.add(pause(it)));
        status.control().breakers().forEach(it -> lines.add(breaker(it)));
        status.control().doubts().forEach(it -> lines.add(doubt(it)));
        status.control().budgets().forEach(it -> lines.add(BudgetText.of(it)));
        status.limits().forEach(it -> lines.add(limit(it)));
        unreadable(status.control().unreadable(), lines);
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
        lines.add(row(width, "model", Lane::word, "running"));
        for (ModelQueue it : models) {
            String row =
                    row(width, it.model(), lane -> count(it.count(lane)), number(it.running()));
            lines.add(it.isPaused() ? row + "  paused" : row);
        }
    }

    private static String row(
            int width, String model, Function<Lane, String> column, String running) {
        var row = new StringBuilder(String.format(Locale.ROOT, "%-" + width + "s", model));
        for (Lane lane : Lane.values()) {
            row.append(String.format(Locale.ROOT, " %10s", column.apply(lane)));
        }
        return row.append(String.format(Locale.ROOT, " %10s", running)).toString();
    }

    private static String count(RecordCount count) {
        return (count.isEstimate() ? "~" : "") + number(count.records());
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static void policy(PolicyStatus policy, List<String> lines) {
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
                                .orElse(", from the configuration")
                        + policy.applied()
                                .flatMap(ControlStatus.Applied::note)
                                .map(note -> ": " + note)
                                .orElse("")
                        + (policy.isDefault() ? "" : "; routes no jobs"));
        policy.unreadable()
                .map(
                        it ->
                                "  this Millrace cannot read "
                                        + it
                                        + "; services that can read it use it")
                .ifPresent(lines::add);
        policy.ramps().forEach(ramp -> lines.add("  " + ramp(ramp)));
    }

    private static void unreadable(List<String> keys, List<String> lines) {
        if (!keys.isEmpty()) {
            lines.add(
                    "unreadable control records ("
                            + number(keys.size())
                            + "): "
                            + String.join(", ", keys.subList(0, Math.min(MAX_KEYS, keys.size())))
                            + (keys.size() > MAX_KEYS ? ", …" : ""));
        }
    }

    private static String ramp(RampStatus ramp) {
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
                + pause.key().target()
                + " since "
                + WholeSeconds.of(pause.command().at())
                + " by "
                + pause.command().by()
                + pause.command().expires().map(it -> ", until " + WholeSeconds.of(it)).orElse("");
    }

    private static String breaker(BreakerStatus it) {
        return "open breaker of "
                + it.first().breaker()
                + " in "
                + workers(it.workers())
                + " since "
                + WholeSeconds.of(it.first().since())
                + ", next trial "
                + WholeSeconds.of(it.nextTrial())
                + ": "
                + it.first().error()
                + ": "
                + it.first().reason();
    }

    private static String doubt(DoubtStatus it) {
        return "token counts of "
                + it.model()
                + " may be wrong in "
                + number(it.answers())
                + (it.answers() == 1 ? " answer: " : " answers: ")
                + it.text();
    }

    private static String limit(LimitStatus it) {
        LimitUsage.Use use = it.use();
        return "limit "
                + it.path()
                + ": "
                + number(use.used())
                + " of "
                + number(use.limit())
                + " used, "
                + switch (it.origin()) {
                    case CONFIGURED -> "";
                    case NAMED -> "named by the provider, ";
                    case FOUND -> "found by refusals, ";
                }
                + number(use.leased())
                + " leased, by "
                + workers(use.sessions())
                + (use.hungry() == 0 ? "" : "; calls wait in " + workers(use.hungry()));
    }

    private static String retrieval(RetrievalBacklog it) {
        return "passages: "
                + count(it.count())
                + (it.waiting() == 1 ? " job waits" : " jobs wait")
                + (it.services() == 0
                        ? "; no retrieval service runs"
                        : ", retrieval services " + it.services());
    }

    private static String workers(int count) {
        return count + (count == 1 ? " worker" : " workers");
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
