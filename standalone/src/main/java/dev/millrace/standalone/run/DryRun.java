package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.forecast.DryRunReport;
import dev.millrace.standalone.forecast.EarlierResults;
import dev.millrace.standalone.forecast.Forecast;
import dev.millrace.standalone.forecast.ForecastReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Predicts a run without making a call: prints a {@link Forecast} of its files within its limit,
 * with the problems, the cost and the providers that are off.
 */
final class DryRun {
    private final RunSettings settings;
    private final MillraceConfig config;
    private final DryRunReport report;
    private final Instant now;

    /**
     * Creates a dry run.
     *
     * @param now time at which deadlines are checked
     * @param earlier costs of earlier runs
     * @param json true to print JSON instead of a table
     */
    DryRun(
            RunSettings settings,
            MillraceConfig config,
            Terminal terminal,
            Instant now,
            EarlierResults.Source earlier,
            boolean json) {
        this.settings = settings;
        this.config = config;
        this.now = now;
        report =
                new DryRunReport(
                        terminal, json, new EarlierResults(earlier), config.offText(), now);
    }

    /**
     * Reads all files and prints the report.
     *
     * @return true if no line has a problem
     */
    boolean print() throws IOException {
        read(settings, config, now, report);
        return report.end();
    }

    /**
     * Forecasts all files within the limit of a run.
     *
     * @param now time at which deadlines are checked
     * @param report receives each line, but not their end
     */
    static void read(
            RunSettings settings, MillraceConfig config, Instant now, ForecastReport report)
            throws IOException {
        try (var forecast =
                new Forecast(
                        config,
                        ActivePolicy.configured(config),
                        settings.boundTenant(),
                        now,
                        report,
                        settings.spending().defaults(),
                        settings.batchLimit() != null)) {
            read(settings, forecast);
        }
    }

    private static void read(RunSettings settings, Forecast forecast) throws IOException {
        long remaining = settings.limit();
        Map<String, Integer> filesByName = new HashMap<>();
        for (InputFile file : settings.files()) {
            // Files with equal names are separate batches, so their lines are not repeats.
            int number = filesByName.merge(file.name(), 1, Integer::sum);
            String batch = number == 1 ? file.name() : file.name() + "~" + number;
            try (InputStream content = Files.newInputStream(file.content())) {
                remaining -= forecast.read(file.name(), batch, content, remaining);
            }
        }
    }
}
