package dev.millrace.standalone.policy.report;

import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.money.Usd;
import dev.millrace.standalone.console.WholeSeconds;
import dev.millrace.standalone.policy.report.RuleFigures.GuardState;
import dev.millrace.standalone.policy.report.RuleFigures.MonthlySaving;
import dev.millrace.standalone.policy.report.RuleFigures.RampState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats a report as human-readable text. */
public final class ReportText {
    private static final int SUM_DECIMALS = 6;
    private static final int JOB_DECIMALS = 8;
    private static final List<Integer> WIDTHS = List.of(9, 10, 17, 10, 9, 9, 13, 12, 13);
    private static final String NO_VALUE = "-";

    private ReportText() {}

    /** Returns the lines of the report, without line breaks. */
    public static List<String> of(PolicyReport report) {
        var lines = new ArrayList<String>();
        lines.add(headline(report));
        report.since().ifPresent(it -> lines.add("jobs that ended since " + WholeSeconds.of(it)));
        report.rules().forEach(it -> addRule(report, it, lines));
        if (report.extent().mayMissOlderEvents()) {
            lines.add("");
            lines.add("earlier cost events have been deleted: jobs may be missing");
        }
        if (report.extent().unreadable() > 0) {
            lines.add("");
            lines.add(number(report.extent().unreadable()) + " cost events could not be read");
        }
        return lines;
    }

    private static String headline(PolicyReport report) {
        var origin =
                report.version()
                        .applied()
                        .map(
                                it ->
                                        ", applied %s by %s%s"
                                                .formatted(
                                                        WholeSeconds.of(it.appliedAt()),
                                                        it.by(),
                                                        it.note().map(n -> ": " + n).orElse("")))
                        .orElse(", from the configuration");
        return report.policy()
                + " "
                + report.version().version()
                + (report.isInForce() ? "" : " (not in force)")
                + origin;
    }

    private static void addRule(PolicyReport report, RuleFigures rule, List<String> lines) {
        lines.add("");
        lines.add("rule " + rule.rule());
        rule.ramp().ifPresent(it -> lines.add("  ramp: " + ramp(it)));
        rule.guard().ifPresent(it -> lines.add("  guard: " + guard(report.policy(), it)));
        var width = rule.arms().stream().mapToInt(it -> it.arm().length()).reduce(5, Math::max);
        lines.add(
                row(
                        width,
                        "arm",
                        List.of(
                                "share",
                                "jobs",
                                "errors",
                                "cancelled",
                                "P50 ms",
                                "P95 ms",
                                "USD",
                                "USD/job",
                                "saved USD")));
        rule.arms().forEach(it -> lines.add(row(width, it.arm(), cells(rule, it))));
        rule.arms().stream()
                .filter(it -> it.jobs().withoutCall() > 0)
                .map(
                        it ->
                                "  and %s of %s ended without a call of it"
                                        .formatted(number(it.jobs().withoutCall()), it.arm()))
                .forEach(lines::add);
        for (ArmFigures arm : rule.arms()) {
            rule.monthlySaving(arm, report.measured())
                    .map(it -> projection(arm, it, report.measured()))
                    .ifPresent(lines::add);
        }
    }

    private static String projection(ArmFigures arm, MonthlySaving monthly, Duration measured) {
        boolean isSaving = monthly.atItsShare().signum() >= 0;
        return "  %s: at this rate %s %s USD in %d days, with all jobs %s USD (measured in %s)"
                .formatted(
                        arm.arm(),
                        isSaving ? "saves" : "costs",
                        cents(monthly.atItsShare()),
                        MonthlySaving.DAYS.toDays(),
                        cents(monthly.withAllJobs()),
                        time(measured));
    }

    private static String cents(BigDecimal usd) {
        return String.format(Locale.ROOT, "%,.2f", usd.abs());
    }

    private static String time(Duration measured) {
        if (measured.toMinutes() < 2) {
            return number(measured.toSeconds()) + " s";
        }
        if (measured.toHours() < 2) {
            return number(measured.toMinutes()) + " min";
        }
        return measured.toDays() < 2
                ? number(measured.toHours()) + " h"
                : number(measured.toDays()) + " days";
    }

    private static String ramp(RampState ramp) {
        return ramp.at()
                .map(
                        at ->
                                "%s at step %d of %d, %s %%%s"
                                        .formatted(
                                                ramp.arm(),
                                                at.step(),
                                                ramp.steps(),
                                                Usd.text(BigDecimal.valueOf(at.percent())),
                                                at.since()
                                                        .map(it -> ", since " + WholeSeconds.of(it))
                                                        .orElse("")))
                .orElse(ramp.arm() + ", position no longer known");
    }

    private static String guard(String policy, GuardState guard) {
        return guard.arm()
                + guard.lastTrip().map(it -> trip(policy, guard.arm(), it)).orElse(" not tripped");
    }

    private static String trip(String policy, String arm, Trip trip) {
        return " tripped %s by rule %d of %s: %s; %s"
                .formatted(
                        trip.trippedAt(),
                        trip.rule(),
                        trip.version(),
                        trip.reason(),
                        trip.clearedAt()
                                .map(it -> "cleared " + it)
                                .orElse(
                                        "it has no share until \"millrace policy clear %s %s\""
                                                .formatted(policy, arm)));
    }

    private static List<String> cells(RuleFigures rule, ArmFigures arm) {
        var percent = arm.jobs().errorPercent();
        var share = rule.sharePercent(arm);
        return List.of(
                share == null ? NO_VALUE : share.toPlainString() + " %",
                number(arm.jobs().counted()),
                number(arm.jobs().errors())
                        + (percent == null ? "" : " (" + percent.toPlainString() + " %)"),
                number(arm.jobs().cancelled()),
                millis(arm.latency().p50Millis()),
                millis(arm.latency().p95Millis()),
                usd(arm.money().costUsd(), SUM_DECIMALS),
                usd(arm.money().perJobUsd(), JOB_DECIMALS),
                usd(arm.money().savedUsd(), SUM_DECIMALS));
    }

    private static String row(int width, String arm, List<String> cells) {
        var row = new StringBuilder(String.format(Locale.ROOT, "  %-" + width + "s", arm));
        for (var i = 0; i < cells.size(); i++) {
            row.append(String.format(Locale.ROOT, " %" + WIDTHS.get(i) + "s", cells.get(i)));
        }
        return row.toString();
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String millis(@Nullable Long millis) {
        return millis == null ? NO_VALUE : number(millis);
    }

    private static String usd(@Nullable BigDecimal usd, int decimals) {
        return usd == null ? NO_VALUE : Usd.text(usd.setScale(decimals, RoundingMode.HALF_EVEN));
    }
}
