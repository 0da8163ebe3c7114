package dev.millrace.standalone.result;

import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchEnd;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.console.Rest;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.SimulatedAnswers;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.FailureKind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Prints the results of a batch as they are stored, until the batch is complete. */
final class FollowedBatch {
    /** Shortest time between two looks at the database. */
    private static final Duration MIN_REST = Duration.ofMillis(250);

    /** A look takes at most a fifth of the time: the rest is this multiple of its duration. */
    private static final int REST = 4;

    private static final int BUFFER_BYTES = 256 * 1024;

    private final QueryRunner runner;
    private final BatchKey key;
    private final BatchFollower follower;
    private final Terminal terminal;
    private final OutputStream out;
    private final Pace pace;
    private boolean isDisconnected;
    private boolean isToldOfFailure;
    private boolean isToldOfWaiting;
    private boolean isToldOfMissingEnd;

    /** Creates a command that has printed nothing, and does not close the runner. */
    FollowedBatch(
            QueryRunner runner,
            BatchKey key,
            BatchFollower.Selection selection,
            Terminal terminal,
            Pace pace) {
        this.runner = runner;
        this.key = key;
        this.follower = new BatchFollower(runner, key, selection);
        this.terminal = terminal;
        this.out = new BufferedOutputStream(terminal.out(), BUFFER_BYTES);
        this.pace = pace;
    }

    /**
     * The time of this process.
     *
     * @param nanoTicker measures how long a look takes
     * @param rest waits, or asks without waiting if the duration is zero
     */
    record Pace(InstantSource clock, LongSupplier nanoTicker, Rest rest) {}

    /** The reason why printing ended. */
    enum End {
        /** The batch is complete, and all its results were printed. */
        COMPLETE,
        /** The user has asked to stop; the last line is whole. */
        STOPPED,
        /** The reader of standard output has closed it. */
        UNREAD
    }

    /** Prints until there is a reason to end. */
    End print() throws DatabaseException, IOException, InterruptedException {
        Optional<End> end = Optional.empty();
        while (end.isEmpty()) {
            long start = pace.nanoTicker.getAsLong();
            end = look();
            if (end.isEmpty() && pace.rest.isEnded(rest(start))) {
                end = Optional.of(End.STOPPED);
            }
        }
        return end.get();
    }

    private Duration rest(long startNanos) {
        Duration look = Duration.ofNanos(pace.nanoTicker.getAsLong() - startNanos);
        return Collections.max(List.of(MIN_REST, look.multipliedBy(REST)));
    }

    private Optional<End> look() throws DatabaseException, IOException, InterruptedException {
        try {
            if (isDisconnected) {
                runner.reconnect();
                isDisconnected = false;
            }
            if (printNew() > 0 || !isComplete()) {
                return early();
            }
            // Results that were stored between the two readings.
            var _ = printNew();
            return early().or(() -> Optional.of(End.COMPLETE));
        } catch (DatabaseException e) {
            if (!e.kind().isTransient()) {
                throw e;
            }
            onFailure(e);
            return early();
        }
    }

    /** Prepares a new connection, and says once that the command waits. */
    private void onFailure(DatabaseException failure) {
        if (failure.kind() == FailureKind.BUSY) {
            return;
        }
        isDisconnected = true;
        if (!isToldOfFailure) {
            isToldOfFailure = true;
            terminal.say(failure.getMessage() + "; trying again until it works");
        }
    }

    private Optional<End> early() throws IOException, InterruptedException {
        out.flush();
        if (terminal.out().checkError()) {
            return Optional.of(End.UNREAD);
        }
        return pace.rest.isEnded(Duration.ZERO) ? Optional.of(End.STOPPED) : Optional.empty();
    }

    private long printNew() throws DatabaseException, IOException {
        return follower.readNew(this::printLine);
    }

    /** Returns false to end the look, so that Ctrl-C does not wait for a million results. */
    private boolean printLine(byte[] value) throws IOException {
        out.write(value);
        out.write('\n');
        try {
            return !pace.rest.isEnded(Duration.ZERO) && !terminal.out().checkError();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isComplete() throws DatabaseException {
        Optional<BatchStatus> status = new BatchReader(runner, pace.clock.instant()).find(key);
        if (status.isEmpty() && !isToldOfWaiting) {
            isToldOfWaiting = true;
            terminal.say(
                    "nothing is stored for batch \"%s\" of tenant \"%s\" yet; waiting%s"
                            .formatted(key.batch(), key.tenant(), SimulatedAnswers.batchHint(key)));
        }
        if (status.isPresent() && status.get().manifest().isEmpty() && !isToldOfMissingEnd) {
            isToldOfMissingEnd = true;
            terminal.say(
                    "batch \"%s\" has no manifest, so its end is not known: Ctrl-C ends this command"
                            .formatted(key.batch()));
        }
        return status.isPresent() && BatchEnd.isStored(runner, status.get());
    }
}
