package dev.millrace.sink;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.erasure.ExpiredRows;
import dev.millrace.sink.kafka.AdminTopicLookup;
import dev.millrace.sink.kafka.CommittedConsumer;
import dev.millrace.sink.kafka.RowConverter;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running sink: one thread that stores the records it reads. Each result is stored once despite
 * crashes, because a transaction stores rows together with the offsets after them.
 */
public final class Sink implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Sink.class);

    /**
     * Longest wait for the current transaction at close. If the database hangs longer, the thread
     * ends after the database's own timeout.
     */
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
     * Prepares the database and starts the sink. If topics do not exist yet or the cluster does not
     * respond, the sink waits and reports the reason in {@link #health}.
     *
     * @throws DatabaseException if the database cannot be used, such as a file that is not
     *     writable; if the database is only busy or unreachable, the sink starts and waits for it
     * @throws IllegalArgumentException if the URL is for another kind of database
     */
    public static Sink start(SinkSettings settings) throws DatabaseException {
        Database database = Database.of(settings.jdbcUrl());
        prepare(database);
        var converter = new RowConverter(settings.topics());
        var stop = new StopSignal();
        var consumer = CommittedConsumer.open(settings.kafka(), settings.heap());
        var writer = new DatabaseWriter(database, settings.clock());
        var expired = new ExpiredRows(writer, settings.retention(), settings.clock());
        var parts =
                new SinkLoop.Parts(
                        consumer,
                        new AdminTopicLookup(settings.kafka()),
                        writer,
                        converter,
                        settings.listener(),
                        new SinkMeters(settings.meters()),
                        new RetentionSchedule(expired, System::nanoTime),
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
            if (!e.kind().allowsStart()) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("problem", e.getMessage())
                    .log("the sink starts although the database is not available yet");
        }
    }

    @Override
    public Health health() {
        return loop.health();
    }

    /**
     * Stores the polled records and stops. Records that cannot be stored now are read again after
     * the next start.
     */
    @Override
    public void close() {
        stop.raise();
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
