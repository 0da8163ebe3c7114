package dev.millrace.sink.api;

import dev.millrace.contracts.service.TenantSlots;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.query.QueryRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Opens a read-only connection for each request and limits their number. Exports have a limit of
 * their own, so that slow readers of large batches do not hold up the other requests.
 *
 * <p>Queries run on platform threads. A query of SQLite is one native call, during which a virtual
 * thread would keep its carrier thread: with two cores, two queries would hold up every other
 * request, even of the dashboard's files.
 */
final class Connections implements AutoCloseable {
    private static final int MAX_QUERIES = 8;
    private static final int MAX_QUERIES_PER_TENANT = MAX_QUERIES / 2;
    private static final int MAX_EXPORTS = 32;
    private static final int MAX_EXPORTS_PER_TENANT = 4;
    private static final long WAIT_MILLIS = 2_000;
    private static final long IDLE_SECONDS = 30;

    private final String jdbcUrl;
    private final ScheduledExecutorService timer;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    MAX_QUERIES,
                    MAX_QUERIES,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().name("millrace-api-query-", 0).daemon().factory());
    private final QueryRunner.TimeLimit limit;
    private final Semaphore queries = new Semaphore(MAX_QUERIES, true);
    private final TenantPlaces tenants = new TenantPlaces(MAX_QUERIES_PER_TENANT);
    private final TenantSlots exports = new TenantSlots(MAX_EXPORTS, MAX_EXPORTS_PER_TENANT);

    /**
     * @param timer for short tasks; stopped with the connections
     */
    Connections(String jdbcUrl, Duration queryTime, ScheduledExecutorService timer) {
        this.jdbcUrl = jdbcUrl;
        this.timer = timer;
        this.limit = new QueryRunner.TimeLimit(timer, queryTime);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Returns a timer for short tasks. */
    ScheduledExecutorService timer() {
        return timer;
    }

    /** Reads from the database. */
    interface Reading<T> {
        T read(QueryRunner runner) throws DatabaseException, IOException;
    }

    /** Runs the queries of a request on another thread. */
    <T> T query(Reading<T> reading) throws IOException {
        acquire(queries);
        try {
            return result(threads.submit(() -> read(reading)));
        } catch (RejectedExecutionException e) {
            throw stopping();
        } finally {
            queries.release();
        }
    }

    /**
     * Runs the queries of a request about a tenant, which has only some of the places: the largest
     * batches of one tenant must not hold up the others. An empty tenant stands for all tenants.
     */
    <T> T query(Optional<String> tenant, Reading<T> reading) throws IOException {
        if (tenant.isEmpty()) {
            return query(reading);
        }
        acquire(tenant.get());
        try {
            return query(reading);
        } finally {
            tenants.release(tenant.get());
        }
    }

    /**
     * Runs an export on this thread. It may take long because its receiver is slow, so a tenant has
     * only some of the places.
     */
    <T> T export(String tenant, Reading<T> reading) throws IOException {
        if (!exports.tryAcquire(tenant)) {
            throw ApiError.tooMany(
                    "too many results are being read at once, at most "
                            + MAX_EXPORTS_PER_TENANT
                            + " of a tenant; try again when one has ended");
        }
        try {
            return read(reading);
        } finally {
            exports.release(tenant);
        }
    }

    private <T> T read(Reading<T> reading) throws IOException {
        try (QueryRunner runner = QueryRunner.open(jdbcUrl, limit)) {
            return reading.read(runner);
        } catch (DatabaseException e) {
            throw ApiError.of(e);
        }
    }

    private static <T> T result(Future<T> running) throws IOException {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopping();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static ApiError stopping() {
        return ApiError.unavailable("the server stops");
    }

    private void acquire(String tenant) {
        try {
            if (!tenants.tryAcquire(tenant, WAIT_MILLIS)) {
                throw ApiError.unavailable(
                        "too many requests about the tenant at once; try again later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopping();
        }
    }

    private static void acquire(Semaphore free) {
        try {
            if (!free.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw ApiError.unavailable("too many requests at once; try again later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopping();
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        timer.shutdownNow();
    }
}
