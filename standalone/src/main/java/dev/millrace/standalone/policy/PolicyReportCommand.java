package dev.millrace.standalone.policy;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.standalone.option.TimeSpan;
import dev.millrace.standalone.policy.report.PolicyReport;
import dev.millrace.standalone.policy.report.ProgressLine;
import dev.millrace.standalone.policy.report.ReportJson;
import dev.millrace.standalone.policy.report.ReportReader;
import dev.millrace.standalone.policy.report.ReportReader.Query;
import dev.millrace.standalone.policy.report.ReportText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace policy report}: compares the arms of a policy's splits. */
@Command(
        name = "report",
        sortOptions = false,
        description =
                "Compares the arms of each rule with a split by their finished jobs: errors,"
                        + " latency, cost, and savings with their projection to a month.")
final class PolicyReportCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "The policy; default: router.default_policy of the configuration.")
    private @Nullable String name;

    @Option(
            names = "--policy-version",
            paramLabel = "VERSION",
            converter = VersionLabel.class,
            description = "The version, such as v6; default: the one in force.")
    private @Nullable String policyVersion;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description =
                    "Only jobs that finished within this time, such as 90s, 30m, 2h or 7d; default:"
                            + " all of the version.")
    private @Nullable Duration since;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    /** Parses a version: {@code v6}, {@code 6} or {@code file-1a2b3c4d}. */
    static final class VersionLabel implements CommandLine.ITypeConverter<String> {
        VersionLabel() {}

        @Override
        public String convert(String text) {
            if (!text.matches("v?[1-9]\\d{0,8}|file-[0-9a-f]{8}")) {
                throw new CommandLine.TypeConversionException(
                        "must be a version such as v6 or file-1a2b3c4d");
            }
            return Character.isDigit(text.charAt(0)) ? "v" + text : text;
        }
    }

    @Override
    public Integer call() {
        var query =
                new Query(
                        name == null ? clusterOptions.defaultPolicy() : name,
                        Optional.ofNullable(policyVersion),
                        Optional.ofNullable(since)
                                .map(it -> InstantSource.system().instant().minus(it)),
                        clusterOptions.policies());
        print(read(query));
        return ExitCode.OK;
    }

    private PolicyReport read(Query query) {
        var reader =
                new ReportReader(
                        clusterOptions.client(),
                        clusterOptions.catalog(),
                        InstantSource.system(),
                        System::nanoTime);
        try (var progress = new ProgressLine(Terminal.system(), System::nanoTime)) {
            return reader.read(query, progress);
        }
    }

    private void print(PolicyReport report) {
        var out = Terminal.system().out();
        if (json) {
            PolicyChangeReport.printJson(out, it -> ReportJson.write(report, it));
        } else {
            ReportText.of(report).forEach(out::println);
        }
    }
}
