package dev.millrace.sink;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.Service;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running sink: one thread that stores the records it reads. Each result is stored once despite
 * crashes, because a transaction stores rows together with the offsets after them.
 *
 * <p>Sinks on one PostgreSQL database share the partitions as a consumer group. The database
 * determines the group's id, so the sink waits for its database before it joins.
 */
public final class Sink implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Sink.class);

    /**
     * Longest wait for the current transaction at close. If the database hangs longer, the thread
     * ends after the database's own timeout.
     */
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final SinkSettings settings;
    private final Database database;
    private final StopSignal stop = new StopSignal();
    private final Thread thread;

    /** Null until the database has been reached; written once, read by any thread. */
    private volatile @Nullable OpenSink open;

    /** The state until {@link #open} is set. */
    private volatile Health health = Health.waiting("starting");

    private Sink(SinkSettings settings) {
        this.settings = settings;
        this.database = Database.of(settings.jdbcUrl());
        this.thread = Thread.ofPlatform().name("millrace-sink").daemon().unstarted(this::run);
    }

    /**
     * Prepares the database and starts the sink. If topics do not exist yet or the cluster does not
     * respond, the sink waits and reports the reason in {@link #health}.
     *
     * @throws DatabaseException if the database is unusable, such as a read-only file; if the
     *     database is only busy, full or unreachable, the sink starts and waits for it
     * @throws IllegalArgumentException if the URL is for another kind of database
     */
    public static Sink start(SinkSettings settings) throws DatabaseException {
        var sink = new Sink(settings);
        try {
            sink.open();
        } catch (DatabaseException e) {
            if (!e.kind().allowsStart()) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("problem", e.getMessage())
                    .log("the sink starts although the database is not available yet");
            sink.health = Health.waiting(String.valueOf(e.getMessage()));
        }
        sink.thread.start();
        LOG.atInfo().addKeyValue("database", sink.database.name()).log("sink started");
        return sink;
    }

    private void open() throws DatabaseException {
        Optional<String> sharedTables = database.migrate();
        open = OpenSink.of(settings, database, sharedTables, stop);
    }

    private void run() {
        try {
            awaitDatabase();
            health = Health.stopped("closed");
        } catch (DatabaseException e) {
            health = Health.stopped(String.valueOf(e.getMessage()));
            LOG.atError().addKeyValue("reason", e.getMessage()).log("the sink stops");
        } catch (RuntimeException | Error e) {
            health = Health.stopped("internal error of the sink: " + e);
            LOG.error("the sink stops because of an internal error", e);
        }
        OpenSink opened = open;
        if (opened != null) {
            opened.loop().run();
        }
    }

    private void awaitDatabase() throws DatabaseException {
        Backoff backoff = Backoff.NONE;
        while (open == null && !stop.isRaised()) {
            backoff = backoff.onFailure();
            stop.await(backoff.delay());
            try {
                open();
            } catch (DatabaseException e) {
                if (!e.kind().isTransient()) {
                    throw e;
                }
                health = Health.waiting(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public Health health() {
        OpenSink opened = open;
        return opened == null ? health : opened.loop().health();
    }

    /**
     * Stores the polled records and stops. Records that cannot be stored now are read again after
     * the next start.
     */
    @Override
    public void close() {
        stop.raise();
        OpenSink opened = open;
        if (opened != null) {
            opened.consumer().wakeup();
        }
        try {
            if (!thread.join(CLOSE_WAIT)) {
                LOG.warn("the sink's thread is still waiting for the database");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
