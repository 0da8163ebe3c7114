package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.RequestTopicConfig;
import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.job.Names;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.cli.choice.FilesChoice;
import dev.millrace.standalone.cli.control.ClusterChoice;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.submit.LineReport;
import dev.millrace.standalone.submit.Submitter;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace submit}: publishes batch files to any cluster or to an embedded pipeline. */
@Command(
        name = "submit",
        sortOptions = false,
        description = "Publishes batch files to the request topic of a running pipeline.",
        footer = {
            "",
            "A malformed line is reported and still goes in, so that the pipeline accounts for it."
                    + " Exit code: 0 no line has a problem, 3 some have, 2 wrong usage, 1 anything"
                    + " else."
        })
final class SubmitCommand implements Callable<Integer> {
    @Mixin private FilesChoice filesChoice = new FilesChoice();

    @Mixin private ClusterChoice clusterChoice = new ClusterChoice();

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The request topic; default: that of the configuration.")
    private @Nullable String topic;

    @Option(
            names = "--batch",
            paramLabel = "NAME",
            description = "The batch; default: what a line says, otherwise the file's name.")
    private @Nullable String batch;

    @Option(names = "--check", description = "Only validate: publish nothing, need no cluster.")
    private boolean check;

    SubmitCommand() {}

    @Override
    public Integer call() throws IOException {
        ProducerSettings target = target();
        var report = new LineReport(Terminal.system());
        if (check) {
            filesChoice.forEach(
                    (name, in) -> report.check(name, in, target.topics().maxRequestBytes()));
        } else {
            try (Submitter submitter =
                    Submitter.connect(target, batch, report, InstantSource.system())) {
                filesChoice.forEach(submitter::submit);
            }
        }
        report.end(check ? "checked" : "published");
        return report.isClean() ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    /** Returns where the lines go: one reading of the options for a cluster and for a check. */
    ProducerSettings target() {
        if (batch != null && !Names.isBatch(batch)) {
            throw UserError.usage(
                    "--batch must have 1 to 256 characters, not only blanks, and no control"
                            + " characters");
        }
        TopicsConfig topics = clusterChoice.topics();
        String requests = topic == null ? new Topics(topics.prefix()).requests() : topic;
        Map<String, String> kafka = check ? Map.of() : clusterChoice.kafka().properties();
        return new ProducerSettings(
                kafka,
                requests,
                topics,
                boundTenant(requests),
                HeapShare.of(Runtime.getRuntime().maxMemory(), 1));
    }

    private @Nullable String boundTenant(String requests) {
        return clusterChoice
                .config()
                .map(MillraceConfig::requestTopics)
                .map(it -> it.get(requests))
                .flatMap(RequestTopicConfig::tenant)
                .orElse(null);
    }
}
