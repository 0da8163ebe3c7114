package dev.millrace.traces;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TracingConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.traces.JobSpan.Times;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows the jobs of a process, and sends their spans to an OTLP receiver over HTTP. Ids of spans
 * follow from the job, so that no process needs the state of another one.
 */
public final class OtlpTraces implements Traces {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String PATH = "/v1/traces";
    private static final String INTERCEPTORS = "interceptor.classes";

    /** The exporter logs each failure; {@link SpanSender} logs the first one. */
    private static final Logger EXPORTER_LOG = Logger.getLogger("io.opentelemetry");

    private final String name;
    private final double share;
    private final CallSpans calls;
    private final RecordTraces records;
    private final FailedCalls failedCalls;
    private final InstantSource clock;
    private final SpanSender sender;

    private OtlpTraces(String name, MillraceConfig config, InstantSource clock, SpanSender sender) {
        TracingConfig tracing = config.tracing();
        var steps = new Steps(resource(name));
        this.name = name;
        this.share = tracing.sample();
        this.calls = new CallSpans(steps, tracing.bodies());
        this.failedCalls = new FailedCalls();
        this.clock = clock;
        this.sender = sender;
        this.records =
                new RecordTraces(
                        new RecordSpans(
                                new Topics(config.topics().prefix()),
                                config.requestTopics().keySet(),
                                share,
                                steps),
                        failedCalls,
                        clock,
                        sender::add);
    }

    private static Resource resource(String instance) {
        return Resource.create(
                Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "millrace",
                        AttributeKey.stringKey("service.instance.id"),
                        instance));
    }

    /** Starts the traces of a process whose configuration has a receiver. */
    public static OtlpTraces start(
            MillraceConfig config, MeterRegistry meters, InstantSource clock) {
        EXPORTER_LOG.setLevel(Level.OFF);
        URI endpoint = config.tracing().endpoint().orElseThrow();
        var exporter =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(url(endpoint))
                        .setTimeout(TIMEOUT)
                        .setRetryPolicy(null)
                        .build();
        return start(config, meters, clock, exporter);
    }

    /** Returns the url of a receiver, whose path can be left out. */
    static String url(URI endpoint) {
        String path = endpoint.getPath();
        return path == null || path.isEmpty() || path.equals("/")
                ? endpoint.resolve(PATH).toString()
                : endpoint.toString();
    }

    static OtlpTraces start(
            MillraceConfig config,
            MeterRegistry meters,
            InstantSource clock,
            SpanExporter exporter) {
        var traces =
                new OtlpTraces(
                        UUID.randomUUID().toString(),
                        config,
                        clock,
                        new SpanSender(exporter, meters).start());
        traces.records.start(traces.name);
        return traces;
    }

    @Override
    public KafkaConfig followed(KafkaConfig clients) {
        return with("producer.", clients);
    }

    @Override
    public KafkaConfig followedBySink(KafkaConfig clients) {
        return with("consumer.", clients);
    }

    /** Adds an interceptor behind the ones of the user. */
    private KafkaConfig with(String prefix, KafkaConfig clients) {
        Map<String, String> properties = new LinkedHashMap<>(clients.properties());
        String known =
                properties.getOrDefault(
                        prefix + INTERCEPTORS, properties.getOrDefault(INTERCEPTORS, ""));
        String own = RecordFollower.class.getName();
        properties.put(prefix + INTERCEPTORS, known.isBlank() ? own : known + "," + own);
        properties.put(prefix + RecordFollower.TRACES, name);
        return new KafkaConfig(properties);
    }

    @Override
    public void onWaited(JobHeaders job, Instant since, WaitingReason reason) {
        onWaited(job, job.attempts() + 1, since, clock.instant(), reason);
    }

    /**
     * A job's wait ends with the start of a call.
     *
     * @param attempt number of the call, from 1
     * @param reason what the job last waited for; null for its turn alone
     */
    public void onWaited(
            JobHeaders job,
            int attempt,
            Instant since,
            Instant until,
            @Nullable WaitingReason reason) {
        JobTrace trace = JobTrace.of(job);
        if (trace.isSampled(share)) {
            sender.add(calls.waited(trace, job, attempt, new Times(since, until), reason));
        }
    }

    /** A call that was made has ended. */
    public void onCalled(JobHeaders job, TracedCall call) {
        JobTrace trace = JobTrace.of(job);
        if (trace.isSampled(share)) {
            sender.add(calls.call(trace, call));
        } else if (call.error() != null) {
            failedCalls.add(job.jobId(), calls.call(trace, call));
        }
    }

    /**
     * A call was started whose outcome stays unknown.
     *
     * @param attempt number of the call, from 1
     */
    public void onLost(JobHeaders job, int attempt, Model model) {
        JobTrace trace = JobTrace.of(job);
        if (trace.isSampled(share)) {
            sender.add(calls.lost(trace, attempt, model, clock.instant()));
        } else {
            failedCalls.add(job.jobId(), calls.lost(trace, attempt, model, clock.instant()));
        }
    }

    @Override
    public void onStored() {
        records.onStored();
    }

    @Override
    public void close() {
        RecordTraces.stop(name);
        sender.close();
    }
}
