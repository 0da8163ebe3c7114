package dev.millrace.standalone.cli.cluster;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.query.QueryRunner;
import dev.millrace.sink.store.BatchKey;
import dev.millrace.standalone.batch.BatchStatusText;
import dev.millrace.standalone.batch.BatchView;
import dev.millrace.standalone.cli.options.DatabaseOptions;
import dev.millrace.standalone.console.StopSignals;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * Shows the status of a batch: once, or on a terminal as a bar that is redrawn until the batch is
 * complete.
 */
final class BatchStatusDisplay {
    private static final long REFRESH_MILLIS = 500;
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private BatchStatusDisplay() {}

    static void show(String jdbcUrl, BatchKey key, boolean asJson) throws InterruptedException {
        Terminal terminal = Terminal.system();
        InstantSource clock = InstantSource.system();
        try (QueryRunner runner = QueryRunner.open(jdbcUrl)) {
            BatchView view = read(runner, key, clock);
            if (asJson) {
                terminal.out().println(view.toJson());
                return;
            }
            if (terminal.interactive()) {
                view = watch(runner, view, terminal, clock);
            }
            BatchStatusText.lines(view, clock.instant()).forEach(terminal.out()::println);
        } catch (DatabaseException e) {
            throw DatabaseOptions.unreadable(e);
        }
    }

    /** Redraws the bar until the batch is complete or the user stops it; returns the last view. */
    private static BatchView watch(
            QueryRunner runner, BatchView first, Terminal terminal, InstantSource clock)
            throws DatabaseException, InterruptedException {
        BatchView view = first;
        if (view.status().manifest().isPresent() && !view.isComplete()) {
            StopSignals signals = StopSignals.install();
            do {
                terminal.err().print(CLEAR_LINE + BatchStatusText.bar(view, clock.instant()));
                terminal.err().flush();
                view = read(runner, view.status().key(), clock);
            } while (!view.isComplete() && !signals.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS));
            terminal.err().print(CLEAR_LINE);
            terminal.err().flush();
        }
        return view;
    }

    private static BatchView read(QueryRunner runner, BatchKey key, InstantSource clock)
            throws DatabaseException {
        return BatchView.read(runner, key, clock.instant())
                .orElseThrow(
                        () ->
                                UserError.usage(
                                        "Nothing is stored for batch \"%s\" of tenant \"%s\""
                                                .formatted(key.batch(), key.tenant())));
    }
}
