package dev.millrace.standalone.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.config.ConfigLoader;
import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.control.ControlFollower;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.control.ControlledCluster;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Part;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.standalone.report.Comparison;
import dev.millrace.standalone.report.ProgressLine;
import dev.millrace.standalone.report.ReportReader;
import dev.millrace.standalone.report.ReportReader.Question;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/**
 * A pipeline with a simulated provider, an old model and a new one that gets a quarter of the jobs,
 * guarded; and whoever reads its results.
 */
final class GuardedPipeline implements AutoCloseable {
    static final int OVER = 200;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Topics TOPICS = new Topics("millrace.");

    private final MillraceConfig config;
    private final DataDirectory data;
    private final Pipeline pipeline;
    private final MillraceProducer producer;
    private final ControlFollower control;
    private final KafkaConsumer<byte[], byte[]> results;
    private final List<ResultView> seen = new ArrayList<>();

    /**
     * @param behaviour of the new model at the simulator, as YAML
     * @param outputPrice of the new model; the old one's is 2
     */
    GuardedPipeline(Path folder, String behaviour, int outputPrice) {
        String yaml =
                """
                providers:
                  simulator:
                    wire: openai
                    simulator: { models: { "*": { latency: 20ms }, new: %s } }
                models:
                  old: { provider: simulator, price: { input: 1, output: 2 } }
                  new: { provider: simulator, price: { input: 1, output: %d } }
                worker: { max_in_flight: 200 }
                policies:
                  default:
                    rules:
                      - split: [ { model: old, weight: 75 }, { model: new, weight: 25 } ]
                        ramp: { arm: new, steps: [25], each: { good_results: 100 } }
                        guard: { arm: new, error_rate: 5, cost_ratio: 3, over: %d }
                """
                        .formatted(behaviour, outputPrice, OVER);
        config = new ConfigLoader(Map.of()).parse("test", yaml);
        data = DataDirectory.open(folder.resolve("data"));
        pipeline =
                Pipeline.start(
                        new PipelineSettings(
                                config,
                                data,
                                EnumSet.complementOf(EnumSet.of(Part.SINK)),
                                0,
                                new SimpleMeterRegistry(),
                                SinkListener.NONE,
                                false));
        var kafka = Map.of("bootstrap.servers", pipeline.bootstrapServers());
        control = ControlFollower.start(kafka, TOPICS.prefix());
        producer =
                MillraceProducer.open(
                        new ProducerSettings(kafka, TOPICS.requests(), config.topics(), null),
                        InstantSource.system());
        results = reader(kafka, config.topics().partitions());
    }

    private static KafkaConsumer<byte[], byte[]> reader(Map<String, String> kafka, int partitions) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        kafka.getOrDefault("bootstrap.servers", ""),
                        "isolation.level",
                        "read_committed");
        var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var all =
                IntStream.range(0, partitions)
                        .mapToObj(i -> new TopicPartition(TOPICS.results(), i))
                        .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }

    /** A batch of so many short questions, all at once. */
    void submit(String batch, int jobs) throws IOException {
        byte[] file =
                IntStream.range(0, jobs)
                        .mapToObj(GuardedPipeline::line)
                        .collect(Collectors.joining())
                        .getBytes(UTF_8);
        try (var lines = new BatchFileReader(new ByteArrayInputStream(file), 1 << 20)) {
            for (BatchLine line = lines.next(); line != null; line = lines.next()) {
                var _ = producer.send(ParsedLine.of(line), batch);
            }
        }
        producer.flush();
    }

    private static String line(int number) {
        return """
        {"custom_id":"%d","method":"POST","url":"/v1/chat/completions","body":{"model":"auto","max_tokens":50,"messages":[{"role":"user","content":"Where is parcel %d?"}]}}
        """
                .formatted(number, number);
    }

    /** All results, once there are so many. */
    List<ResultView> awaitResults(int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(
                        () -> {
                            results.poll(Duration.ofMillis(50))
                                    .forEach(it -> seen.add(ResultView.read(it.value())));
                            return seen.size() >= count;
                        });
        return List.copyOf(seen);
    }

    /** The trip of the new model, once its guard has tripped and all know. */
    Trip awaitTrip() {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> control.state().trip("default", "new"), Optional::isPresent)
                .orElseThrow();
    }

    /** What {@code millrace policy report} would say. */
    Comparison report() {
        var cluster =
                new ControlledCluster(KafkaConfig.of(pipeline.bootstrapServers()), TOPICS.prefix());
        var question =
                new Question("default", Optional.empty(), Optional.empty(), config.policies());
        var quiet = new Terminal(System.out, System.err, false);
        return new ReportReader(cluster, config.catalog(), System::nanoTime)
                .read(question, new ProgressLine(quiet, System::nanoTime));
    }

    @Override
    public void close() {
        producer.close();
        results.close();
        control.close();
        pipeline.close();
        data.close();
    }
}
