package dev.millrace.gateway;

import dev.millrace.gateway.file.UploadSlots;
import dev.millrace.gateway.http.BodyMemory;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.publish.PublishingLoop;
import dev.millrace.gateway.publish.PublishingLoop.Backlog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Registers the gauges of a gateway, which are read when metrics are scraped. {@code
 * docs/metrics.md} lists them.
 */
final class GatewayMetrics {
    private static final String PREFIX = "millrace.gateway.";

    private final MeterRegistry registry;

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Adds gauges of the memory that request bodies hold. */
    void add(BodyMemory bodies) {
        gauge("bodies.bytes", "Bodies of requests in memory", bodies::held);
        gauge("bodies.limit.bytes", "Memory that bodies may take", bodies::maxBytes);
    }

    /** Adds gauges of the jobs whose results are awaited, and counters of calls. */
    void add(JobClient jobs) {
        gauge(
                "jobs.awaited",
                "Jobs of calls and streams that have not ended",
                () -> jobs.pendingJobs() - jobs.followedJobs());
        gauge("jobs.followed", "Jobs whose events are streamed", jobs::followedJobs);
        gauge("jobs.bytes", "Requests and results of both", jobs::pendingBytes);
        gauge("results.lag", "Records of results that are not read yet", jobs::lag);
        FunctionCounter.builder(PREFIX + "express", jobs, JobClient::expressCalls)
                .description("Calls that bypassed the router")
                .register(registry);
        FunctionCounter.builder(PREFIX + "repeats", jobs, JobClient::repeats)
                .description("Requests that repeated an earlier one by their Idempotency-Key")
                .register(registry);
    }

    /** Adds the metrics of running and received uploads. */
    void add(UploadSlots uploads) {
        gauge("uploads.running", "Files that are being received", uploads::taken);
        FunctionCounter.builder(PREFIX + "uploads.bytes", uploads, UploadSlots::receivedBytes)
                .description("Size of the received files")
                .register(registry);
    }

    /** Adds gauges of the batches that are not published yet. */
    void add(PublishingLoop publisher, InstantSource clock) {
        batches("checking", publisher, Backlog::checking);
        batches("publishing", publisher, Backlog::publishing);
        batches("waiting", publisher, Backlog::waiting);
        batches("postponed", publisher, Backlog::postponed);
        gauge(
                "batches.oldest.seconds",
                "Time since the oldest unpublished batch was accepted",
                () ->
                        publisher
                                .backlog()
                                .oldest()
                                .map(it -> Duration.between(it, clock.instant()).toMillis() / 1e3)
                                .orElse(0.0));
    }

    private void batches(
            String status, PublishingLoop publisher, Function<Backlog, Integer> count) {
        Gauge.builder(PREFIX + "batches", () -> count.apply(publisher.backlog()))
                .description("Accepted batches that are not published yet")
                .tag("status", status)
                .register(registry);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(PREFIX + name, value).description(description).register(registry);
    }
}
