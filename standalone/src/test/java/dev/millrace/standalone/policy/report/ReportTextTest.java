package dev.millrace.standalone.policy.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.control.VersionedPolicy;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.standalone.policy.report.PolicyReport.Extent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReportTextTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration MEASURED = Duration.ofHours(36);
    private static final Extent WHOLE = new Extent(4, 0, false);
    private static final Trip TRIP =
            new Trip(
                    NOON.plusSeconds(60),
                    "v7",
                    2,
                    "11 errors in 20 jobs",
                    20,
                    11,
                    BigDecimal.ONE,
                    Optional.empty());

    private static ControlState state(ControlRecord... more) {
        var state = ControlState.EMPTY;
        var applied =
                new AppliedPolicy(
                        "default",
                        7,
                        CostEventFixtures.POLICY,
                        NOON.plusNanos(123_456_789),
                        "ann",
                        Optional.of("canary"));
        state = state.with(applied.key().text(), applied.record().value());
        for (ControlRecord record : more) {
            state = state.with(record.key().text(), record.value());
        }
        return state;
    }

    private static PolicyReport report(ControlState state, boolean isInForce, Extent extent) {
        var version = VersionedPolicy.history("default", state, Map.of()).getLast();
        var arms = new ArmComparison("default", "v7", CostEventFixtures.POLICY, name -> name);
        Consumer<CostEvent> ended = event -> arms.onEvent(event, NOON);
        for (var i = 0; i < 888; i++) {
            ended.accept(
                    CostEventFixtures.answer(
                            CostEventFixtures.RULE, CostEventFixtures.OLD, "0.03", 1400));
        }
        for (var i = 0; i < 12; i++) {
            ended.accept(
                    CostEventFixtures.error(
                            CostEventFixtures.RULE, CostEventFixtures.OLD, "server_error", "0"));
        }
        for (var i = 0; i < 99; i++) {
            ended.accept(
                    CostEventFixtures.answer(
                            CostEventFixtures.RULE, CostEventFixtures.NEW, "0.012", 880));
        }
        ended.accept(
                CostEventFixtures.error(
                        CostEventFixtures.RULE, CostEventFixtures.NEW, "server_error", "0"));
        ended.accept(
                CostEventFixtures.withoutCall(
                        CostEventFixtures.RULE, CostEventFixtures.NEW, "cancelled"));
        var states = new RuleStateLookup("default", version, isInForce, state, Catalog.shipped());
        var rules =
                arms.figures().entrySet().stream()
                        .map(it -> states.of(it.getKey(), it.getValue()))
                        .toList();
        return new PolicyReport(
                "default", version, isInForce, Optional.empty(), MEASURED, extent, rules);
    }

    private static String text(ControlState state) {
        return String.join("\n", ReportText.of(report(state, true, WHOLE)));
    }

    private static String json(ControlState state) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JsonBytes.generator(bytes)) {
            ReportJson.write(report(state, true, WHOLE), json);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Nested
    class Text {
        @Test
        void listsTheArmsInATable() {
            var lines = ReportText.of(report(state(), true, WHOLE));

            assertThat(lines.get(0))
                    .isEqualTo("default v7, applied 2026-11-20T12:00:00Z by ann: canary");
            assertThat(lines.get(6))
                    .endsWith(
                            "900       12 (1.33 %)          0     1,403     1,403         26.64       0.0296             -");
            assertThat(lines.get(7))
                    .endsWith(
                            "100        1 (1.00 %)          1       881       881         1.188      0.01188         1.772");
        }

        @Test
        void showsTheShareOfEachArmAndProjectsItsSavings() {
            var lines = ReportText.of(report(state(), true, WHOLE));

            assertThat(lines.get(6)).startsWith("  gpt-4.1             89.91 %");
            assertThat(lines.get(7)).startsWith("  claude-sonnet-4.5   10.09 %");
            assertThat(lines.get(8))
                    .isEqualTo(
                            "  claude-sonnet-4.5: at this rate saves 35.44 USD in 30 days, with"
                                    + " all jobs 354.40 USD (measured in 36 h)");
        }

        @Test
        void equalsTheExampleInTheDocumentation() throws IOException {
            var page = Files.readString(Path.of("..", "docs", "policies.md"));

            // The page's policy has its split in the fifth rule.
            assertThat(page).contains(text(state()).replace("rule 2\n", "rule 5\n"));
        }

        @Test
        void showsThePositionOfTheRamp() {
            var step = new RampStep("v7", CostEventFixtures.NEW, 1, 5, NOON);

            assertThat(text(state(step.record("default", 2))))
                    .contains("at step 2 of 3, 5 %, since 2026-11-20T12:00:00Z");
        }

        @Test
        void showsThatTheRampOfAnEarlierVersionIsUnknown() {
            var lines = ReportText.of(report(state(), false, WHOLE));

            assertThat(String.join("\n", lines))
                    .contains("default v7 (not in force)", "position no longer known");
        }

        @Test
        void showsWhyTheGuardTripped() {
            assertThat(text(state(TRIP.record("default", CostEventFixtures.NEW))))
                    .contains(
                            "tripped 2026-11-20T12:01:00Z by rule 2 of v7: 11 errors in 20 jobs",
                            "\"millrace policy clear default claude-sonnet-4.5\"");
        }

        @Test
        void showsThatATripWasCleared() {
            var cleared = TRIP.cleared(NOON.plusSeconds(120));

            assertThat(text(state(cleared.record("default", CostEventFixtures.NEW))))
                    .contains("cleared 2026-11-20T12:02:00Z")
                    .doesNotContain("it has no share");
        }

        @Test
        void warnsAboutMissingAndUnreadableEvents() {
            assertThat(ReportText.of(report(state(), true, new Extent(4, 2, true))))
                    .contains(
                            "earlier cost events have been deleted: jobs may be missing",
                            "2 cost events could not be read");
        }
    }

    @Nested
    class Json {
        @Test
        void hasTheSameFiguresAsTheText() {
            assertThat(json(state(TRIP.record("default", CostEventFixtures.NEW))))
                    .isEqualTo(
                            """
                            {"policy":"default","version":"v7","in_force":true,"applied_at":"2026-11-20T12:00:00.123456789Z","since":null,"measured_seconds":129600,"events":4,"unreadable":0,"may_lack_earlier":false,"rules":[{"rule":2,\
                            "ramp":{"arm":"claude-sonnet-4.5","steps":3,"step":1,"share":1.0,"since":null},\
                            "guard":{"arm":"claude-sonnet-4.5","tripped":true,"tripped_at":"2026-11-20T12:01:00Z","version":"v7","rule":2,"reason":"11 errors in 20 jobs","cleared_at":null},\
                            "arms":[{"arm":"gpt-4.1","model":"gpt-4.1","share_percent":89.91,"jobs":900,"errors":12,"error_percent":1.33,"cancelled":0,"without_call":0,"p50_ms":1403,"p95_ms":1403,"cost_usd":26.64,"cost_per_job_usd":0.0296,"saved_usd":null,"saved_usd_per_month":null,"saved_usd_per_month_with_all_jobs":null},\
                            {"arm":"claude-sonnet-4.5","model":"claude-sonnet-4.5","share_percent":10.09,"jobs":100,"errors":1,"error_percent":1.00,"cancelled":1,"without_call":0,"p50_ms":881,"p95_ms":881,"cost_usd":1.188,"cost_per_job_usd":0.01188,"saved_usd":1.772,"saved_usd_per_month":35.44,"saved_usd_per_month_with_all_jobs":354.4}]}]}""");
        }
    }
}
