package dev.millrace.sink.api;

import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.query.QueryRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Opens a read-only connection for each request and limits their number. Exports have a limit of
 * their own, so that slow readers of large batches do not hold up the other requests.
 */
final class Connections implements AutoCloseable {
    private static final int MAX_QUERIES = 8;
    private static final int MAX_EXPORTS = 8;
    private static final long WAIT_MILLIS = 2_000;

    private final String jdbcUrl;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("millrace-api-timer").daemon().factory());
    private final QueryRunner.TimeLimit limit;
    private final Semaphore queries = new Semaphore(MAX_QUERIES, true);
    private final Semaphore exports = new Semaphore(MAX_EXPORTS, true);

    Connections(String jdbcUrl, Duration queryTime) {
        this.jdbcUrl = jdbcUrl;
        this.limit = new QueryRunner.TimeLimit(timer, queryTime);
    }

    /** Reads from the database. */
    interface Reading<T> {
        T read(QueryRunner runner) throws DatabaseException, IOException;
    }

    /** Runs the queries of a request. */
    <T> T query(Reading<T> reading) throws IOException {
        return read(queries, reading);
    }

    /** Runs an export, which may take long because its receiver is slow. */
    <T> T export(Reading<T> reading) throws IOException {
        return read(exports, reading);
    }

    private <T> T read(Semaphore free, Reading<T> reading) throws IOException {
        acquire(free);
        try (QueryRunner runner = QueryRunner.open(jdbcUrl, limit)) {
            return reading.read(runner);
        } catch (DatabaseException e) {
            throw ApiError.of(e);
        } finally {
            free.release();
        }
    }

    private static void acquire(Semaphore free) {
        try {
            if (!free.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw ApiError.unavailable("too many requests at once; try again later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiError.unavailable("the server stops");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
