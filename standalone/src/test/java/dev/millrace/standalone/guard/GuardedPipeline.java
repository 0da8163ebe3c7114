package dev.millrace.standalone.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.ControlFollower;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.client.ChangeMetadata;
import dev.millrace.standalone.client.PipelineClient;
import dev.millrace.standalone.control.PolicyUpdates;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline whose policy splits jobs between an old model and a guarded new model, which gets a
 * quarter. Starts the worker on request, and reads the results.
 */
final class GuardedPipeline implements AutoCloseable {
    private static final Topics TOPICS = new Topics("millrace.");
    private static final String POLICY = "default";

    /**
     * A finished job.
     *
     * @param at time of the result's write
     */
    record Ended(ResultView result, Instant at) {
        boolean isOfNewModel() {
            return Objects.equals(result.model(), "new");
        }

        boolean isError() {
            return result.errorCode() != null;
        }
    }

    private final MillraceConfig config;
    private final DataDirectory data;
    private final Pipeline pipeline;
    private final MillraceProducer producer;
    private final ControlFollower control;
    private final KafkaConsumer<byte[], byte[]> results;
    private final List<Ended> finished = new ArrayList<>();
    private @Nullable Worker worker;

    /**
     * @param rule keys of the rule in addition to its split, as in a YAML flow mapping
     * @param behaviour simulator settings of the new model, as YAML
     * @param outputPrice output price of the new model; the old model's is 2
     */
    GuardedPipeline(Path folder, String rule, String behaviour, int outputPrice) {
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
                      - { split: [ { model: old, weight: 75 }, { model: new, weight: 25 } ], %s }
                """
                        .formatted(behaviour, outputPrice, rule);
        config = new ConfigLoader(Map.of()).parse("test", yaml);
        data = DataDirectory.open(folder.resolve("data"));
        pipeline =
                Pipeline.start(
                        new PipelineSettings(
                                config,
                                data,
                                EnumSet.of(
                                        PipelinePart.BROKER,
                                        PipelinePart.SIMULATOR,
                                        PipelinePart.ROUTER),
                                0,
                                new SimpleMeterRegistry(),
                                SinkListener.NONE,
                                false,
                                false));
        var kafka = Map.of("bootstrap.servers", pipeline.bootstrapServers());
        control = ControlFollower.start(kafka, TOPICS.prefix());
        producer =
                MillraceProducer.open(
                        new ProducerSettings(
                                kafka,
                                TOPICS.requests(),
                                config.topics().prefix(),
                                config.topics().maxRequestBytes(),
                                null));
        results = cluster().consumer("earliest");
        results.assign(partitions(TOPICS.results()));
    }

    /** Starts the worker, which makes the calls. */
    GuardedPipeline startWorker() {
        worker =
                Worker.start(
                        new WorkerSettings(
                                pipeline.config(),
                                new SimpleMeterRegistry(),
                                InstantSource.system(),
                                System::nanoTime,
                                new SplittableRandom()));
        return this;
    }

    /** Returns the number of partitions of each topic. */
    int partitions() {
        return config.topics().partitions();
    }

    private List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, partitions())
                .mapToObj(i -> new TopicPartition(topic, i))
                .toList();
    }

    /** Returns a client of the pipeline, as the commands use it. */
    PipelineClient cluster() {
        return new PipelineClient(KafkaConfig.of(pipeline.bootstrapServers()), TOPICS.prefix());
    }

    /** Returns the configuration with the actual addresses. */
    MillraceConfig config() {
        return pipeline.config();
    }

    /** Returns the new model at its simulated provider. */
    SimulatedModel newModel() {
        var provider = Objects.requireNonNull(config().providers().get("simulator"));
        return new SimulatedModel(provider.baseUrl().orElseThrow(), "new");
    }

    /** Submits a batch of short questions at once. */
    void submit(String batch, int jobs) {
        byte[] file =
                IntStream.range(0, jobs)
                        .mapToObj(GuardedPipeline::line)
                        .collect(Collectors.joining())
                        .getBytes(UTF_8);
        try (var lines = new BatchFileReader(new ByteArrayInputStream(file), 1 << 20)) {
            for (BatchLine line = lines.next(); line != null; line = lines.next()) {
                var _ = producer.send(ParsedLine.of(line), batch);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        producer.flush();
    }

    private static String line(int number) {
        return """
        {"custom_id":"%d","method":"POST","url":"/v1/chat/completions","body":{"model":"auto","max_tokens":50,"messages":[{"role":"user","content":"Where is parcel %d?"}]}}
        """
                .formatted(number, number);
    }

    /** Waits until every submitted job is routed. */
    void awaitRouted() {
        var group = TOPICS.prefix() + "router";
        try (var admin = Admin.create(Map.of("bootstrap.servers", pipeline.bootstrapServers()))) {
            Awaitility.await()
                    .until(
                            () ->
                                    areRouted(
                                            admin.listConsumerGroupOffsets(group)
                                                    .partitionsToOffsetAndMetadata()
                                                    .get()));
        }
    }

    private boolean areRouted(Map<TopicPartition, OffsetAndMetadata> committed) {
        var none = new OffsetAndMetadata(0);
        return results.endOffsets(partitions(TOPICS.requests())).entrySet().stream()
                .allMatch(
                        end ->
                                committed.getOrDefault(end.getKey(), none).offset()
                                        >= end.getValue());
    }

    /** Polls once and returns the jobs finished so far, in reading order. */
    List<Ended> poll() {
        results.poll(Duration.ofMillis(50))
                .forEach(
                        it ->
                                finished.add(
                                        new Ended(
                                                ResultView.read(it.value()),
                                                Instant.ofEpochMilli(it.timestamp()))));
        return List.copyOf(finished);
    }

    /** Waits until the given number of jobs has finished; returns all finished jobs. */
    List<Ended> awaitFinished(int count) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> poll().size() >= count);
        return List.copyOf(finished);
    }

    ControlState control() {
        return control.state();
    }

    /** Returns the trip of the new model, unless it was cleared. */
    Optional<Trip> trip() {
        return control().trip(POLICY, "new", Catalog.shipped());
    }

    /** Waits until the guard has tripped the new model; returns the trip. */
    Trip awaitTrip() {
        return Awaitility.await().until(this::trip, Optional::isPresent).orElseThrow();
    }

    /** Clears the trip as {@code millrace policy clear} does. */
    void clear() {
        var metadata = new ChangeMetadata(Instant.now(), "test", Optional.empty());
        cluster()
                .write(
                        new SplittableRandom(),
                        state ->
                                PolicyUpdates.clear(
                                        state, POLICY, "new", Catalog.shipped(), metadata));
    }

    @Override
    public void close() {
        producer.close();
        results.close();
        control.close();
        if (worker != null) {
            worker.close();
        }
        pipeline.close();
        data.close();
    }
}
