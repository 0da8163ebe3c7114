package dev.millrace.standalone.forecast;

import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --admission} option: what happens if limits of models do not allow a deadline. */
public final class AdmissionOption {
    private static final String REFUSE = "refuse";

    @Option(
            names = "--admission",
            paramLabel = "WAY",
            description =
                    "What happens if limits of models do not allow --by: refuse (default), or warn.")
    private String admission = REFUSE;

    /** Forecasts the jobs that have the deadline. */
    @FunctionalInterface
    public interface Jobs {
        /** Reports each job. */
        void forecast(ForecastReport report) throws IOException;
    }

    /**
     * Checks the option.
     *
     * @throws UserError for a way that does not exist
     */
    public void check() {
        if (!Set.of(REFUSE, "warn").contains(admission.toLowerCase(Locale.ROOT))) {
            throw UserError.usage("--admission must be refuse or warn, was " + admission);
        }
    }

    /**
     * Refuses, or reports, a deadline that limits of models do not allow.
     *
     * @param deadline null for none
     * @param earlier jobs that were called before, and are not called again
     * @throws UserError that names the earliest deadline
     */
    public void require(
            @Nullable Instant deadline,
            Instant now,
            EarlierResults earlier,
            Jobs jobs,
            Terminal terminal)
            throws IOException {
        if (deadline == null) {
            return;
        }
        Optional<String> problem = problem(deadline, now, earlier, jobs);
        if (problem.isPresent() && admission.equalsIgnoreCase(REFUSE)) {
            throw UserError.usage(
                    problem.get() + ". Choose a later --by, or continue with --admission warn");
        }
        problem.ifPresent(terminal::say);
    }

    /**
     * Returns why the limits of models do not let all jobs start by a deadline; empty if they do.
     */
    public static Optional<String> problem(
            Instant deadline, Instant now, EarlierResults earlier, Jobs jobs) throws IOException {
        var report = new AdmissionReport(earlier);
        jobs.forecast(report);
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
