package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.TopicsConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.cli.choice.FilesChoice;
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

/** {@code millrace submit}: publishes batch files to any cluster. */
@Command(
        name = "submit",
        sortOptions = false,
        description = "Publishes batch files to the request topic of a cluster.",
        footer = {
            "",
            "A malformed line is reported and still goes in, so that the pipeline accounts for it."
                    + " Exit code: 0 no line has a problem, 3 some have, 2 wrong usage, 1 anything"
                    + " else."
        })
final class SubmitCommand implements Callable<Integer> {
    @Mixin private FilesChoice filesChoice = new FilesChoice();

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "The cluster; default: the kafka block of the configuration.")
    private @Nullable String bootstrapServer;

    @Mixin private ConfigChoice configChoice = new ConfigChoice();

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
        Target target = target();
        var report = new LineReport(Terminal.system());
        if (check) {
            filesChoice.forEach(
                    (name, in) -> report.check(name, in, target.topics.maxRequestBytes()));
        } else {
            try (Submitter submitter =
                    Submitter.connect(target.settings(), batch, report, InstantSource.system())) {
                filesChoice.forEach(submitter::submit);
            }
        }
        report.end(check ? "checked" : "published");
        return report.isClean() ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private record Target(@Nullable KafkaConfig kafka, String topic, TopicsConfig topics) {
        ProducerSettings settings() {
            Map<String, String> properties = kafka == null ? Map.of() : kafka.properties();
            return new ProducerSettings(properties, topic, topics, null);
        }
    }

    private Target target() {
        if (bootstrapServer != null || check) {
            TopicsConfig topics = TopicsConfig.CLUSTER;
            return new Target(
                    bootstrapServer == null ? null : KafkaConfig.of(bootstrapServer),
                    topicOf(topics),
                    topics);
        }
        var config = configChoice.load();
        KafkaConfig kafka =
                config.kafka()
                        .orElseThrow(
                                () ->
                                        UserError.usage(
                                                "Which cluster? Name it with --bootstrap-server, or"
                                                        + " in the kafka block of "
                                                        + config.origin()));
        return new Target(kafka, topicOf(config.topics()), config.topics());
    }

    private String topicOf(TopicsConfig topics) {
        return topic == null ? new Topics(topics.prefix()).requests() : topic;
    }
}
