package dev.millrace.standalone.guard;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.topic.Topics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Ends every job at once, without a call: well, or with an error for models that are broken. A
 * thread of its own does it.
 */
final class DirectedWorker implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    /**
     * A job that came to a model.
     *
     * @param at when it was read here, just before it was ended
     */
    record Arrival(String model, Instant at, boolean isError) {}

    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> jobs;
    private final KafkaProducer<byte[], byte[]> ends;
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final Thread thread = Thread.ofPlatform().unstarted(this::run);
    private volatile boolean isStopping;

    private DirectedWorker(String bootstrap, Topics topics, List<TopicPartition> partitions) {
        this.topics = topics;
        jobs =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrap,
                                "isolation.level",
                                "read_committed",
                                "auto.offset.reset",
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        jobs.assign(partitions);
        ends =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrap,
                                "transactional.id",
                                "directed-worker"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /** Works for these models on both lanes. */
    static DirectedWorker start(
            String bootstrap, Topics topics, int partitions, List<String> models) {
        List<TopicPartition> all =
                models.stream()
                        .flatMap(
                                model ->
                                        Stream.of(Lane.values())
                                                .map(lane -> topics.jobs(model, lane)))
                        .flatMap(
                                topic ->
                                        IntStream.range(0, partitions)
                                                .mapToObj(i -> new TopicPartition(topic, i)))
                        .toList();
        var worker = new DirectedWorker(bootstrap, topics, all);
        worker.ends.initTransactions();
        worker.thread.start();
        return worker;
    }

    void breakModel(String model) {
        broken.add(model);
    }

    void mend(String model) {
        broken.remove(model);
    }

    /** The jobs so far. */
    List<Arrival> arrivals() {
        return new ArrayList<>(arrivals);
    }

    private void run() {
        while (!isStopping) {
            var polled = jobs.poll(POLL);
            if (!polled.isEmpty()) {
                ends.beginTransaction();
                polled.forEach(this::end);
                ends.commitTransaction();
            }
        }
        jobs.close();
        ends.close();
    }

    private void end(ConsumerRecord<byte[], byte[]> job) {
        try {
            JobHeaders headers = JobHeaders.read(job.headers());
            boolean isError = broken.contains(headers.model());
            arrivals.add(new Arrival(headers.model(), Instant.now(), isError));
            var event = CostEvent.withoutCall(headers.jobId(), headers.tenant(), headers.batch());
            var _ =
                    ends.send(
                            new ProducerRecord<>(
                                    topics.costs(),
                                    headers.requestPartition(),
                                    job.key(),
                                    CostEventCodec.toJson(event.with(end(headers, isError)))));
        } catch (UnreadableHeader e) {
            throw new IllegalStateException(e);
        }
    }

    private static JobEnd end(JobHeaders headers, boolean isError) {
        return new JobEnd(
                headers.routedBy(),
                headers.model(),
                Lane.NORMAL,
                isError ? "model_not_found" : null,
                1,
                new BigDecimal("0.001"),
                100);
    }

    @Override
    public void close() {
        isStopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
