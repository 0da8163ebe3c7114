package dev.millrace.standalone.run;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.reader.problem.ConfigException;
import dev.millrace.router.policy.LivePolicy;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.forecast.Forecast;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Says what a run would do, without a call: a {@link Forecast} of its files under its limit, with
 * the problems, what the jobs would cost, and the keys that are missing.
 */
public final class DryRun {
    private final RunSettings settings;
    private final MillraceConfig config;
    private final Terminal terminal;
    private final DryReport report;
    private final Instant now;

    /**
     * @param now for the deadlines of jobs
     */
    public DryRun(
            RunSettings settings,
            MillraceConfig config,
            Terminal terminal,
            Instant now,
            boolean json) {
        this.settings = settings;
        this.config = config;
        this.terminal = terminal;
        this.now = now;
        report = json ? DryReport.json(terminal) : DryReport.text(terminal);
    }

    /**
     * Reads all and prints the report.
     *
     * @return whether no line has a problem
     */
    public boolean print() throws IOException {
        try (var forecast =
                new Forecast(
                        config, LivePolicy.ofFile(config), settings.boundTenant(), now, report)) {
            read(forecast);
            sayMissingSecrets();
            return forecast.end();
        }
    }

    private void read(Forecast forecast) throws IOException {
        long left = settings.limit();
        Map<String, Integer> named = new HashMap<>();
        for (InputFile file : settings.files()) {
            // Files of one name are batches of their own: their lines are no repeats.
            int number = named.merge(file.name(), 1, Integer::sum);
            String batch = number == 1 ? file.name() : file.name() + "~" + number;
            try (InputStream content = Files.newInputStream(file.content())) {
                left -= forecast.read(file.name(), batch, content, left);
            }
        }
    }

    private void sayMissingSecrets() {
        try {
            Reach.requireReady(config, report.models());
        } catch (ConfigException e) {
            e.problems().forEach(problem -> terminal.say(problem.toString()));
        }
    }
}
