package dev.millrace.gateway.results;

import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.gateway.results.ResultsUnavailableException.Reason;
import dev.millrace.gateway.tenant.TenantSlots;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Opens a read-only connection to the sink's database for each request, and limits the number of
 * connections. Exports have a separate limit, so that slow readers of large batches do not hold up
 * other requests. Thread-safe.
 *
 * <p>Queries run on platform threads. An SQLite query is one native call, during which a virtual
 * thread would pin its carrier thread. With two cores, two queries would hold up every other
 * request, even for the dashboard's files.
 */
public final class Connections implements AutoCloseable {
    /** Longest duration of a query. */
    public static final Duration QUERY_TIME = Duration.ofSeconds(10);

    private static final int MAX_QUERIES = 8;
    private static final int MAX_QUERIES_PER_TENANT = MAX_QUERIES / 2;
    private static final int MIN_EXPORTS = 8;
    private static final int MAX_EXPORTS = 32;
    private static final int MAX_EXPORTS_PER_TENANT = 4;

    /** Heap for one export, which holds a page of results. */
    private static final long BYTES_PER_EXPORT = 16L << 20;

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

    /** Longest wait for a slot: as long as a query may run, so that a slow one refuses no other. */
    private final long waitMillis;

    private final Semaphore queries = new Semaphore(MAX_QUERIES, true);
    private final TenantPlaces tenants = new TenantPlaces(MAX_QUERIES_PER_TENANT);
    private final TenantSlots exports;

    /**
     * Creates a source of connections, each of which is opened when needed.
     *
     * @param queryTime longest duration of a query, and of the wait for a slot
     * @param heap bounds the number of exports
     */
    public Connections(String jdbcUrl, Duration queryTime, HeapShare heap) {
        this.jdbcUrl = jdbcUrl;
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("millrace-api-timer").daemon().factory());
        limit = new QueryRunner.TimeLimit(timer, queryTime);
        waitMillis = queryTime.toMillis();
        exports =
                new TenantSlots(
                        Math.clamp(heap.bytes() / BYTES_PER_EXPORT, MIN_EXPORTS, MAX_EXPORTS),
                        MAX_EXPORTS_PER_TENANT);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Reads from the database. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(QueryRunner runner) throws DatabaseException;
    }

    /** Runs the queries of a request on another thread. */
    public <T> T query(Reading<T> reading) throws ResultsUnavailableException {
        acquire();
        try {
            return result(threads.submit(() -> read(reading)));
        } catch (RejectedExecutionException e) {
            throw stopping();
        } finally {
            queries.release();
        }
    }

    /**
     * Runs the queries of a request about a tenant. A tenant gets only some of the connections,
     * because the largest batches of one tenant must not hold up other tenants. An empty tenant
     * means all tenants.
     */
    public <T> T query(Optional<String> tenant, Reading<T> reading)
            throws ResultsUnavailableException {
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
     * Opens a connection for an export. A slow receiver can hold it for long, so a tenant gets only
     * some of the slots.
     */
    Export export(String tenant) throws ResultsUnavailableException {
        if (!exports.tryAcquire(tenant)) {
            throw new ResultsUnavailableException(
                    Reason.TENANT_BUSY,
                    "too many results are being read at once, at most "
                            + MAX_EXPORTS_PER_TENANT
                            + " of a tenant; try again when one has ended");
        }
        try {
            return new Export(tenant, QueryRunner.open(jdbcUrl, limit));
        } catch (DatabaseException e) {
            exports.release(tenant);
            throw ResultsUnavailableException.of(e);
        } catch (RuntimeException e) {
            exports.release(tenant);
            throw e;
        }
    }

    /** The connection and the slot of an export. Used by one thread. */
    final class Export implements AutoCloseable {
        private final String tenant;
        private final QueryRunner runner;
        private boolean isClosed;

        private Export(String tenant, QueryRunner runner) {
            this.tenant = tenant;
            this.runner = runner;
        }

        QueryRunner runner() {
            return runner;
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                runner.close();
                exports.release(tenant);
            }
        }
    }

    private <T> T read(Reading<T> reading) throws ResultsUnavailableException {
        try (QueryRunner runner = QueryRunner.open(jdbcUrl, limit)) {
            return reading.read(runner);
        } catch (DatabaseException e) {
            throw ResultsUnavailableException.of(e);
        }
    }

    private static <T> T result(Future<T> running) throws ResultsUnavailableException {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopping();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ResultsUnavailableException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static ResultsUnavailableException stopping() {
        return new ResultsUnavailableException(Reason.BUSY, "the server stops");
    }

    private void acquire(String tenant) throws ResultsUnavailableException {
        try {
            if (!tenants.tryAcquire(tenant, waitMillis)) {
                throw new ResultsUnavailableException(
                        Reason.BUSY, "too many requests about the tenant at once; try again later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopping();
        }
    }

    private void acquire() throws ResultsUnavailableException {
        try {
            if (!queries.tryAcquire(waitMillis, TimeUnit.MILLISECONDS)) {
                throw new ResultsUnavailableException(
                        Reason.BUSY, "too many requests at once; try again later");
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
