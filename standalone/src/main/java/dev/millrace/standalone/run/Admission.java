package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.forecast.AdmissionReport;
import dev.millrace.standalone.forecast.EarlierResults;
import dev.millrace.standalone.forecast.Forecast;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Finds out before a run whether its deadline can be met. */
final class Admission {
    private Admission() {}

    /**
     * Returns why the limits of models do not let all jobs start by the deadline of the run; empty
     * if they do, or without a deadline.
     *
     * @param earlier costs of earlier runs, whose jobs are not called again
     */
    static Optional<String> problem(
            RunSettings settings, MillraceConfig config, Instant now, EarlierResults.Source earlier)
            throws IOException {
        Instant deadline = settings.spending().defaults().deadline();
        if (deadline == null) {
            return Optional.empty();
        }
        var report = new AdmissionReport(new EarlierResults(earlier));
        try (var forecast =
                new Forecast(
                        config,
                        ActivePolicy.configured(config),
                        settings.boundTenant(),
                        now,
                        report,
                        settings.spending().defaults(),
                        settings.batchLimit() != null)) {
            DryRun.read(settings, forecast);
        }
        Instant earliest = report.earliestEnd(now);
        return earliest.isAfter(deadline)
                ? Optional.of(
                        "the jobs cannot end by %s: the limits of their models allow %s at the earliest"
                                .formatted(
                                        deadline.truncatedTo(ChronoUnit.SECONDS),
                                        earliest.plusSeconds(1).truncatedTo(ChronoUnit.SECONDS)))
                : Optional.empty();
    }
}
