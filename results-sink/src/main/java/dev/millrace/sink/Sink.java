package dev.millrace.sink;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.kafka.AdminTopicLookup;
import dev.millrace.sink.kafka.CommittedConsumer;
import dev.millrace.sink.kafka.RecordReader;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running sink: one thread that stores what is read. Each result is stored once, whatever
 * crashes: the offset up to which everything is stored is set in the same transaction.
 */
public final class Sink implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Sink.class);

    /** For the transaction that runs; a database that hangs is left to its own timeout. */
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final SinkLoop loop;
    private final Consumer<byte[], byte[]> consumer;
    private final StopSignal stop;
    private final Thread thread;

    private Sink(SinkLoop loop, Consumer<byte[], byte[]> consumer, StopSignal stop) {
        this.loop = loop;
        this.consumer = consumer;
        this.stop = stop;
        this.thread = Thread.ofPlatform().name("millrace-sink").daemon().unstarted(loop::run);
    }

    /**
     * Prepares the database and starts. Topics that do not exist yet and a cluster that does not
     * answer are waited for; {@link #health} says so.
     *
     * @throws DatabaseException when the database cannot be used, such as a file that may not be
     *     written; not for one that is only busy or down, which is waited for
     * @throws IllegalArgumentException for a URL of another kind of database
     */
    public static Sink start(SinkSettings settings) throws DatabaseException {
        Database database = Database.of(settings.jdbcUrl());
        prepare(database);
        var reader = new RecordReader(settings.topics());
        var stop = new StopSignal();
        var consumer = CommittedConsumer.open(settings.kafka(), settings.heap());
        var parts =
                new SinkLoop.Parts(
                        consumer,
                        new AdminTopicLookup(settings.kafka()),
                        new DatabaseWriter(database, settings.clock()),
                        reader,
                        settings.listener(),
                        new SinkMeters(settings.meters()),
                        stop,
                        System::nanoTime);
        var sink = new Sink(new SinkLoop(parts), consumer, stop);
        sink.thread.start();
        LOG.atInfo().addKeyValue("database", database.name()).log("sink started");
        return sink;
    }

    private static void prepare(Database database) throws DatabaseException {
        try {
            database.migrate();
        } catch (DatabaseException e) {
            if (!e.kind().passesByItself()) {
                throw e;
            }
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("sink starts without database");
        }
    }

    @Override
    public Health health() {
        return loop.health();
    }

    /**
     * Stores what has been polled and stops. What cannot be stored now is read again at the next
     * start.
     */
    @Override
    public void close() {
        stop.give();
        consumer.wakeup();
        try {
            if (!thread.join(CLOSE_WAIT)) {
                LOG.warn("the sink's thread is still waiting for the database");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
