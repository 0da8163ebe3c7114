package dev.millrace.standalone.e2e.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.ControlFollower;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.ProducerSettings;
import dev.millrace.standalone.client.PipelineClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Submits complex jobs with a cost ceiling to a running pipeline, all at once or continuously, and
 * observes their outcomes. Used by one thread; continuous load has a dedicated thread.
 */
final class SteadyLoad implements AutoCloseable {
    private static final Topics TOPICS = new Topics("millrace.");
    private static final int JOBS_PER_ROUND = 5;

    /** More would make the router late on a slow machine. */
    private static final int MAX_UNFINISHED = 100;

    private final MillraceProducer producer;
    private final ControlFollower control;
    private final KafkaConsumer<byte[], byte[]> costs;
    private final AtomicBoolean isStopping = new AtomicBoolean();
    private int sent;
    private int ended;
    private @Nullable Thread thread;

    /**
     * @param bootstrap address of the cluster
     */
    SteadyLoad(String bootstrap) {
        var kafka = KafkaConfig.of(bootstrap);
        producer = MillraceProducer.open(new ProducerSettings(kafka.properties()));
        control = ControlFollower.start(kafka.properties(), TOPICS.prefix());
        costs = new PipelineClient(kafka, TOPICS.prefix()).consumer("earliest");
        costs.assign(
                costs.partitionsFor(TOPICS.costs()).stream()
                        .map(it -> new TopicPartition(it.topic(), it.partition()))
                        .toList());
    }

    /**
     * Submits jobs at once, and waits until the given rule and version have routed as many finished
     * jobs.
     */
    void untilDone(int jobs, String routedBy) {
        send(jobs);
        var ends = new int[1];
        await().until(
                        () -> {
                            for (JobEnd end : poll()) {
                                if (routedBy.equals(end.route().by())) {
                                    ends[0]++;
                                }
                            }
                            return ends[0] >= jobs;
                        });
    }

    private List<JobEnd> poll() {
        List<JobEnd> ends = new ArrayList<>();
        costs.poll(Duration.ofMillis(100))
                .forEach(
                        it -> {
                            JobEnd end = CostEventCodec.read(it.value()).end();
                            if (end != null) {
                                ends.add(end);
                            }
                        });
        ended += ends.size();
        return ends;
    }

    /** Submits jobs at once, and waits until a guard of the default policy has tripped the arm. */
    void untilTripped(int jobs, String arm) {
        send(jobs);
        await().until(() -> control.state().trip("default", arm, Catalog.shipped()).isPresent());
    }

    /** Starts to submit jobs continuously. */
    void start() {
        thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!isStopping.get()) {
                                        send(JOBS_PER_ROUND);
                                        while (sent - ended > MAX_UNFINISHED && !isStopping.get()) {
                                            poll();
                                        }
                                    }
                                });
    }

    /** Stops the continuous load. */
    void stop() {
        isStopping.set(true);
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(int jobs) {
        int first = sent;
        sent += jobs;
        IntStream.range(first, sent)
                .mapToObj(SteadyLoad::line)
                .forEach(it -> Objects.requireNonNull(producer.send(it, "load")));
        producer.flush();
    }

    private static ParsedLine line(int number) {
        String text =
                """
                {"custom_id":"%d","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"auto","messages":[{"role":"user","content":"Explain to customer\
                 %d, in the tone of our house and without a promise that we cannot keep, why the\
                 parcel that was to come on Monday is still at the depot, what she may ask for if\
                 it does not come by Friday, which of the two ways of sending it again costs her\
                 nothing, and how she can tell us which one she would rather have."}]},\
                "millrace":{"max_cost_usd":0.5}}
                """
                        .formatted(number, number);
        try (var lines =
                new BatchFileReader(new ByteArrayInputStream(text.getBytes(UTF_8)), 8192)) {
            return ParsedLine.of(Objects.requireNonNull(lines.next()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        producer.close();
        control.close();
        costs.close();
    }
}
