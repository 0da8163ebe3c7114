package dev.millrace.sink;

import dev.millrace.contracts.service.Health;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.database.Stored;
import dev.millrace.sink.kafka.RecordReader;
import dev.millrace.sink.kafka.TopicLookup;
import dev.millrace.sink.row.Move;
import dev.millrace.sink.row.Row;
import dev.millrace.sink.row.Turn;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink's loop: polls, stores what a poll brought in one transaction, and polls again. A poll
 * comes back with the first record, and while a transaction runs the next records gather, so that
 * transactions are small when there is little to do and large when there is much.
 *
 * <pre>
 *   detached ──topics found, offsets read──► attached ──offset gone, topic replaced──► detached
 *      │                                        │
 *      └──records lost, database unusable───────┴──another writer──► stopped
 * </pre>
 *
 * A turn that cannot be stored stays pending, and nothing else is read, until it is.
 */
final class SinkLoop {
    private static final Logger LOG = LoggerFactory.getLogger(SinkLoop.class);

    /** A poll ends as soon as a record comes; a shorter one only makes an idle sink busy. */
    private static final Duration POLL_WAIT = Duration.ofSeconds(1);

    private static final Duration CLOSE_WAIT = Duration.ofMillis(100);

    /** How often it is asked whether the topics are still the same ones. */
    private static final long LOOKUP_NANOS = Duration.ofSeconds(30).toNanos();

    /** How often offsets move over transaction markers. */
    private static final long MARKERS_NANOS = Duration.ofSeconds(5).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final TopicLookup lookup;
    private final DatabaseWriter writer;
    private final RecordReader reader;
    private final SinkListener listener;
    private final SinkMeters meters;
    private final StopSignal stop;
    private final LongSupplier ticker;

    private @Nullable Assignment assignment;
    private @Nullable Turn pending;
    private Backoff backoff = Backoff.NONE;
    private boolean stopped;
    private long lookedUpNanos;
    private long movedNanos;

    /** Written by the loop's thread, read by any. */
    private volatile Health health = Health.waiting("starting");

    /** What the loop works with; it closes the first three. */
    record Parts(
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            DatabaseWriter writer,
            RecordReader reader,
            SinkListener listener,
            SinkMeters meters,
            StopSignal stop,
            LongSupplier ticker) {}

    SinkLoop(Parts parts) {
        this.consumer = parts.consumer;
        this.lookup = parts.lookup;
        this.writer = parts.writer;
        this.reader = parts.reader;
        this.listener = parts.listener;
        this.meters = parts.meters;
        this.stop = parts.stop;
        this.ticker = parts.ticker;
    }

    Health health() {
        return health;
    }

    /** Repeats {@link #runOnce} until told to stop, or until it must not go on. */
    void run() {
        try {
            while (!stop.isGiven() && !stopped) {
                runOnce();
            }
            if (!stopped) {
                leave();
            }
        } catch (RuntimeException | Error e) {
            health = Health.stopped("a fault of the sink: " + e);
            LOG.error("the sink stops: a fault", e);
        } finally {
            close();
        }
    }

    /** Stores the last markers, too: by the next start their segment may be gone. */
    private void leave() {
        Assignment attached = assignment;
        if (attached != null && pending == null) {
            try {
                Turn last = markers(attached);
                if (last != null) {
                    store(attached, last);
                }
            } catch (KafkaException e) {
                LOG.atDebug().addKeyValue("problem", e.getMessage()).log("left without markers");
            }
        }
        health = Health.stopped("closed");
    }

    /** One turn: attach if need be, read, store. */
    void runOnce() {
        try {
            Assignment attached = assignment;
            if (attached == null) {
                attach();
            } else {
                turn(attached);
            }
        } catch (WakeupException e) {
            LOG.debug("woken up to stop");
        } catch (InvalidOffsetException e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("an offset is gone");
            assignment = null;
            onTrouble("an offset is gone: " + e.getMessage());
        } catch (KafkaException e) {
            onTrouble("Kafka: " + e.getMessage());
        } catch (DatabaseException e) {
            onTrouble(e);
        }
    }

    private void attach() throws DatabaseException {
        switch (lookup.lookup(reader.names())) {
            case TopicLookup.NotNow notNow -> onTrouble(notNow.reason());
            case TopicLookup.Found found -> {
                switch (Attaching.attach(consumer, writer, found.partitions())) {
                    case Attaching.Attached it -> onAttached(it.assignment());
                    case Attaching.Refused it -> stop(it.reason());
                }
            }
        }
    }

    private void onAttached(Assignment attached) {
        assignment = attached;
        lookedUpNanos = ticker.getAsLong();
        movedNanos = lookedUpNanos;
        LOG.atInfo().addKeyValue("partitions", attached.partitions().size()).log("sink reads");
        onSuccess();
    }

    private void turn(Assignment attached) {
        Turn turn = pending;
        if (turn == null) {
            turn = read(attached);
        }
        if (turn != null) {
            store(attached, turn);
        }
        if (pending == null && ticker.getAsLong() - lookedUpNanos >= LOOKUP_NANOS) {
            lookAgain(attached);
        }
    }

    private @Nullable Turn read(Assignment attached) {
        if (ticker.getAsLong() - movedNanos >= MARKERS_NANOS) {
            Turn markers = markers(attached);
            if (markers != null) {
                return markers;
            }
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL_WAIT);
        if (!records.isEmpty()) {
            return attached.turnOf(records, reader);
        }
        onSuccess();
        return null;
    }

    /**
     * Returns the moves over transaction markers, which are offsets without a record; null when no
     * partition has one. Without these moves, a database that holds all records could seem to miss
     * some when their segment is deleted. Must not be called between a poll and the storing of its
     * records: those are lost when a position cannot be read.
     */
    private @Nullable Turn markers(Assignment attached) {
        movedNanos = ticker.getAsLong();
        var positions = new HashMap<TopicPartition, Long>();
        for (TopicPartition name : attached.partitions().keySet()) {
            positions.put(name, consumer.position(name, CLOSE_WAIT));
        }
        List<Move> moves = attached.movesTo(positions);
        return moves.isEmpty() ? null : new Turn(List.of(), moves);
    }

    private void store(Assignment attached, Turn turn) {
        pending = turn;
        long started = ticker.getAsLong();
        switch (writer.store(turn)) {
            case Stored.Done done -> {
                pending = null;
                attached.onStored(turn.moves());
                meters.stored(done.rows(), Duration.ofNanos(ticker.getAsLong() - started));
                onSuccess();
                tell(done.rows());
            }
            case Stored.Stale stale -> stop(stale.detail());
            case Stored.Failed failed -> {
                meters.failed();
                onTrouble(failed.reason());
            }
        }
    }

    private void tell(List<Row> rows) {
        if (!rows.isEmpty()) {
            listener.onStored(rows.stream().map(StoredOutcome::of).toList());
        }
    }

    /**
     * A topic that was deleted and made again has another id, and a consumer would go on in it at
     * the old offset.
     */
    private void lookAgain(Assignment attached) {
        lookedUpNanos = ticker.getAsLong();
        if (lookup.lookup(reader.names()) instanceof TopicLookup.Found(var now)
                && !now.equals(attached.partitions())) {
            LOG.warn("the topics have been replaced or have grown: attaching again");
            assignment = null;
        }
    }

    private void onSuccess() {
        backoff = Backoff.NONE;
        if (!health.ready()) {
            health = Health.ready("storing");
        }
    }

    private void onTrouble(DatabaseException e) {
        if (e.kind().heals()) {
            onTrouble(String.valueOf(e.getMessage()));
        } else {
            stop(String.valueOf(e.getMessage()));
        }
    }

    /** Says so once, not at each attempt, and waits. */
    private void onTrouble(String problem) {
        if (!problem.equals(health.detail())) {
            health = Health.waiting(problem);
            LOG.atWarn().addKeyValue("problem", problem).log("sink waits");
        }
        backoff = backoff.onFailure();
        stop.rest(backoff.delay());
    }

    private void stop(String reason) {
        stopped = true;
        health = Health.stopped(reason);
        LOG.atError().addKeyValue("reason", reason).log("the sink stops");
    }

    private void close() {
        writer.close();
        lookup.close();
        consumer.close(CloseOptions.timeout(CLOSE_WAIT));
    }
}
