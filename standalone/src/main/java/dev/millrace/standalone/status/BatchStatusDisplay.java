package dev.millrace.standalone.status;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.standalone.console.Rest;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.DatabaseOptions;
import dev.millrace.standalone.option.UnknownBatch;
import dev.millrace.store.database.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Shows the status of a batch: once, or on a terminal as a bar that is redrawn until the batch is
 * complete.
 */
final class BatchStatusDisplay {
    private static final Duration REFRESH = Duration.ofMillis(500);

    private final Terminal terminal;
    private final InstantSource clock;
    private final Supplier<Rest> watching;
    private final Function<ControlWaits.Scope, List<Waiting>> waits;

    /**
     * Creates a display that has shown nothing.
     *
     * @param watching called once before the bar is drawn for the first time
     * @param waits finds out why jobs of a batch wait
     */
    BatchStatusDisplay(
            Terminal terminal,
            InstantSource clock,
            Supplier<Rest> watching,
            Function<ControlWaits.Scope, List<Waiting>> waits) {
        this.waits = waits;
        this.terminal = terminal;
        this.clock = clock;
        this.watching = watching;
    }

    /** Shows a batch on the terminal of this process. */
    static BatchStatusDisplay system(
            InstantSource clock, Function<ControlWaits.Scope, List<Waiting>> waits) {
        return new BatchStatusDisplay(Terminal.system(), clock, StopSignals::install, waits);
    }

    /**
     * Shows the status as one JSON object, or as lines.
     *
     * @param once true to show the status only once, even on a terminal
     */
    void show(String jdbcUrl, BatchKey key, boolean asJson, boolean once)
            throws InterruptedException {
        try (QueryRunner runner = QueryRunner.open(jdbcUrl)) {
            BatchView view = read(runner, key);
            if (asJson) {
                terminal.out().println(view.toJson(clock.instant()));
                return;
            }
            if (terminal.interactive() && !once) {
                view = watch(runner, view);
            }
            BatchStatusText.lines(view, clock.instant()).forEach(terminal.out()::println);
        } catch (DatabaseException e) {
            throw DatabaseOptions.unreadable(e);
        }
    }

    /** Redraws the bar until the batch is complete or the user stops it; returns the last view. */
    private BatchView watch(QueryRunner runner, BatchView first)
            throws DatabaseException, InterruptedException {
        BatchView view = first;
        if (view.status().manifest().isPresent() && !view.isComplete()) {
            Rest rest = watching.get();
            do {
                terminal.redraw(BatchStatusText.bar(view, clock.instant()));
                view = read(runner, view.status().key());
            } while (!view.isComplete() && !rest.isEnded(REFRESH));
            terminal.redraw("");
        }
        return view;
    }

    private BatchView read(QueryRunner runner, BatchKey key) throws DatabaseException {
        BatchView view = stored(runner, key);
        return view.withWaits(
                ControlWaits.Scope.ofUnfinished(view.status()).map(waits).orElse(List.of()));
    }

    private BatchView stored(QueryRunner runner, BatchKey key) throws DatabaseException {
        Instant now = clock.instant();
        Optional<BatchView> stored = BatchView.read(runner, key, now);
        if (stored.isEmpty()) {
            throw UnknownBatch.error(new BatchReader(runner, now), key);
        }
        return stored.get();
    }
}
