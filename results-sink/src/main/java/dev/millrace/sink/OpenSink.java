package dev.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.output.CommittedConsumer;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.erasure.ExpiredRows;
import dev.millrace.sink.kafka.AdminTopicLookup;
import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.sink.partition.AllPartitions;
import dev.millrace.sink.partition.GroupPartitions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop of a sink whose database is known, and the consumer that it polls. */
record OpenSink(SinkLoop loop, Consumer<byte[], byte[]> consumer) {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSink.class);

    private static final int GROUP_DIGITS = 12;

    /**
     * Connects the parts of a sink.
     *
     * @param sharedTables what identifies the tables, if several sinks can share them
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
                CommittedConsumer.open(settings.kafka(), "millrace-sink", settings.heap(), group);
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

    /** Returns an id that only sinks of the given tables have. */
    static String groupId(String prefix, String sharedTables) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(sharedTables.getBytes(UTF_8));
            return prefix + "sink-" + HexFormat.of().formatHex(hash).substring(0, GROUP_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
