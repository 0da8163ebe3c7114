package dev.millrace.sink;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.output.CommittedConsumer;
import dev.millrace.sink.kafka.AdminTopicLookup;
import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.sink.partition.AllPartitions;
import dev.millrace.sink.partition.GroupPartitions;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.erasure.ExpiredRows;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop of a sink with a prepared database, and the consumer that it polls. */
record OpenSink(SinkLoop loop, Consumer<byte[], byte[]> consumer) {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSink.class);

    private static final int GROUP_BYTES = 6;

    /** A fetch returns with the first record, so a shorter wait would only cost idle fetches. */
    private static final int FETCH_WAIT_MILLIS = 2_000;

    /**
     * Connects the parts of a sink.
     *
     * @param sharedTables identity of the tables, if several sinks can share them
     */
    static OpenSink of(
            SinkSettings settings,
            Database database,
            Optional<String> sharedTables,
            StopSignal stop) {
        Optional<String> group =
                sharedTables.map(tables -> groupId(settings.topics().prefix(), tables));
        group.ifPresent(it -> LOG.atInfo().addKeyValue("group", it).log("the sink joins a group"));
        var converter = new RowConverter(settings.topics());
        var consumer =
                CommittedConsumer.open(
                        consumerProperties(settings), "millrace-sink", settings.heap(), group);
        var writer = new DatabaseWriter(database, settings.clock());
        var expired = new ExpiredRows(writer, settings.retention(), settings.clock());
        var parts =
                new SinkLoop.Parts(
                        consumer,
                        group.isPresent()
                                ? new GroupPartitions(consumer)
                                : new AllPartitions(consumer),
                        new AdminTopicLookup(settings.kafka()),
                        writer,
                        converter,
                        settings.listener(),
                        new SinkMeters(settings.meters()),
                        new RetentionSchedule(expired, settings.nanoTicker()),
                        stop,
                        settings.nanoTicker());
        return new OpenSink(new SinkLoop(parts), consumer);
    }

    private static Map<String, Object> consumerProperties(SinkSettings settings) {
        var properties = new HashMap<String, Object>();
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        properties.putAll(settings.kafka());
        return properties;
    }

    /** Returns the id of the consumer group of the sinks that share the given tables. */
    static String groupId(String prefix, String sharedTables) {
        return prefix + "sink-" + Sha256.hex(sharedTables, GROUP_BYTES);
    }
}
