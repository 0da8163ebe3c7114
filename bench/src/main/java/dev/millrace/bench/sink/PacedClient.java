package dev.millrace.bench.sink;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.sink.ApiFigures.PathLatency;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Requests addresses, one after the other, again and again but no more often than its pace. It runs
 * on a thread of its own; {@link #stop} may be called by another.
 */
final class PacedClient implements Runnable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Requests that do not count, since they load classes; fewer if there are few requests. */
    private static final int WARM_UP = 20;

    private static final int WARM_UP_PARTS = 5;

    private final HttpClient http;
    private final String title;
    private final List<URI> addresses;
    private final long intervalNanos;
    private final LongSupplier ticker;
    private final List<Long> latencies = new ArrayList<>();
    private Optional<String> problem = Optional.empty();
    private volatile boolean isStopped;

    /**
     * @param title what the addresses are, for people
     * @param addresses addresses that are requested together
     * @param perSecond most repetitions per second
     */
    PacedClient(
            HttpClient http,
            String title,
            List<URI> addresses,
            int perSecond,
            LongSupplier ticker) {
        this.http = http;
        this.title = title;
        this.addresses = List.copyOf(addresses);
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.ticker = ticker;
    }

    @Override
    public void run() {
        while (!isStopped) {
            long begin = ticker.getAsLong();
            addresses.forEach(this::request);
            long elapsed = ticker.getAsLong() - begin;
            latencies.add(elapsed);
            LockSupport.parkNanos(intervalNanos - elapsed);
        }
    }

    private void request(URI address) {
        try {
            int status =
                    http.send(
                                    HttpRequest.newBuilder(address).timeout(TIMEOUT).build(),
                                    BodyHandlers.discarding())
                            .statusCode();
            if (status != 200) {
                problem = Optional.of(address + " answered with status " + status);
            }
        } catch (IOException e) {
            problem = Optional.of(address + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            isStopped = true;
        }
    }

    /** Ends the loop after the current request. */
    void stop() {
        isStopped = true;
    }

    /** Returns the last failure of a request; call when the thread has ended. */
    Optional<String> problem() {
        return problem;
    }

    /** Returns the measured latencies; call when the thread has ended. */
    PathLatency latency() {
        int first = Math.min(WARM_UP, latencies.size() / WARM_UP_PARTS);
        List<Long> measured = latencies.subList(first, latencies.size());
        return new PathLatency(
                title,
                measured.size(),
                LatencyPercentiles.of(measured.stream().mapToLong(it -> it).toArray()));
    }
}
