package dev.millrace.router.topology;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.internals.StateDirectory;

/**
 * Lets a driver read records at their offsets and nothing else. By itself, Kafka's driver counts
 * offsets from 0, and reads what the topology writes to one of its own topics at once, before the
 * older records of that topic.
 */
final class DriverInternals {
    private static final MethodHandle INPUTS;
    private static final MethodHandle OFFSETS;
    private static final MethodHandle OUTPUTS;
    private static final MethodHandle FOLDER;
    private static final MethodHandle OWNERS;
    private static final MethodHandle ENQUEUE;
    private static final MethodHandle COMPLETE;

    static {
        try {
            var type = TopologyTestDriver.class;
            var inside = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            INPUTS = inside.findGetter(type, "partitionsByInputTopic", Map.class);
            OFFSETS = inside.findGetter(type, "offsetsByTopicOrPatternPartition", Map.class);
            OUTPUTS = inside.findGetter(type, "outputRecordsByTopic", Map.class);
            FOLDER = inside.findGetter(type, "stateDirectory", StateDirectory.class);
            OWNERS =
                    MethodHandles.privateLookupIn(StateDirectory.class, MethodHandles.lookup())
                            .findGetter(
                                    StateDirectory.class,
                                    "lockedTasksToOwner",
                                    ConcurrentMap.class);
            ENQUEUE =
                    inside.findVirtual(
                            type,
                            "enqueueTaskRecord",
                            MethodType.methodType(
                                    void.class,
                                    String.class,
                                    TopicPartition.class,
                                    long.class,
                                    byte[].class,
                                    byte[].class,
                                    Headers.class));
            COMPLETE =
                    inside.findVirtual(
                            type, "completeAllProcessableWork", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private DriverInternals() {}

    /**
     * Lets the topology read only the records that are passed to {@link #process}, and lets any
     * thread close the driver. By itself, only the thread that has created it closes its stores.
     */
    static void isolate(TopologyTestDriver driver) {
        // What stays are the repartition topics, which no other service sees.
        Map<?, ?> inputs = get(Map.class, INPUTS, driver);
        inputs.keySet().removeIf(topic -> !topic.toString().endsWith("-repartition"));
        get(Map.class, OWNERS, get(StateDirectory.class, FOLDER, driver)).clear();
    }

    static void process(TopologyTestDriver driver, ConsumerRecord<byte[], byte[]> entry) {
        var partition = new TopicPartition(entry.topic(), 0);
        var offset = (AtomicLong) get(Map.class, OFFSETS, driver).get(partition);
        Objects.requireNonNull(offset).set(entry.offset());
        try {
            ENQUEUE.invoke(
                    driver,
                    entry.topic(),
                    partition,
                    entry.timestamp(),
                    entry.key(),
                    entry.value(),
                    entry.headers());
            COMPLETE.invoke(driver);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static List<ProducerRecord<byte[], byte[]>> takeWritten(TopologyTestDriver driver) {
        Map<?, ?> outputs = get(Map.class, OUTPUTS, driver);
        var written = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (Object queue : outputs.values()) {
            for (Object each : (Queue<?>) queue) {
                written.add(bytes((ProducerRecord<?, ?>) each));
            }
        }
        outputs.clear();
        return written;
    }

    private static ProducerRecord<byte[], byte[]> bytes(ProducerRecord<?, ?> entry) {
        return new ProducerRecord<>(
                entry.topic(),
                entry.partition(),
                entry.timestamp(),
                (byte[]) entry.key(),
                (byte[]) entry.value(),
                entry.headers());
    }

    private static <T> T get(Class<T> type, MethodHandle field, Object object) {
        try {
            return type.cast(Objects.requireNonNull(field.invoke(object)));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
