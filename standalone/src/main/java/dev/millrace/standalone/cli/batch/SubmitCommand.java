package dev.millrace.standalone.cli.batch;

import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.budget.BatchLimitWriter;
import dev.millrace.standalone.cli.options.BatchFileArguments;
import dev.millrace.standalone.cli.options.ClusterOptions;
import dev.millrace.standalone.cli.options.NameOptions;
import dev.millrace.standalone.cli.options.UsdAmount;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.publish.LineProblemReport;
import dev.millrace.standalone.publish.Publication;
import dev.millrace.standalone.publish.Submitter;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;

/** {@code millrace submit}: publishes batch files to a running pipeline. */
@Command(
        name = "submit",
        sortOptions = false,
        description = "Publishes batch files to the request topic of a running pipeline.",
        footer = {
            "",
            "A malformed line is reported and published anyway, so that the pipeline accounts for"
                    + " it."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no line has a problem",
            "1:the command failed",
            "2:wrong usage or configuration",
            "3:some lines have a problem"
        })
public final class SubmitCommand implements Callable<Integer> {
    @Mixin private BatchFileArguments batchFiles = new BatchFileArguments();

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The request topic; default: the topic prefix followed by \"requests\".")
    private @Nullable String topic;

    @Option(
            names = "--batch",
            paramLabel = "NAME",
            description =
                    "Batch of every line; default: the batch that a line names, or else the file"
                            + " name.")
    private @Nullable String batch;

    @Option(
            names = "--max-cost-usd",
            paramLabel = "USD",
            converter = UsdAmount.class,
            description =
                    "Limit for the cost of each batch of each tenant, such as 2.50. Then the other"
                            + " jobs wait, unless the configuration rejects them.")
    private @Nullable BigDecimal maxCostUsd;

    @Option(names = "--check", description = "Only validate. Publishes nothing, needs no cluster.")
    private boolean check;

    @Override
    public Integer call() throws IOException {
        ProducerSettings target = target();
        Terminal terminal = Terminal.system();
        var report = new LineProblemReport(terminal);
        if (check) {
            batchFiles.forEach(
                    (name, in) -> report.check(name, in, target.topics().maxRequestBytes()));
        } else {
            try (var publication = Publication.connect(target, InstantSource.system(), terminal)) {
                var submitter =
                        new Submitter(
                                publication,
                                target,
                                batch,
                                report,
                                limitWriter(),
                                InstantSource.system());
                batchFiles.forEach(submitter::submit);
            }
        }
        report.end(check ? "checked" : "published");
        return report.isClean() ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private @Nullable BatchLimitWriter limitWriter() {
        return maxCostUsd == null
                ? null
                : new BatchLimitWriter(
                        clusterOptions.client(),
                        ClusterOptions.limit(maxCostUsd),
                        RandomGenerator.getDefault());
    }

    /** Returns the topic, limits and cluster that the options select; no cluster for a check. */
    ProducerSettings target() {
        if (batch != null) {
            var _ = NameOptions.batch(batch);
        }
        return clusterOptions.producer(topic, !check, maxCostUsd);
    }
}
