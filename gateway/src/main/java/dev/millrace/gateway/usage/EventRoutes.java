package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.access.KeyRole;
import dev.millrace.gateway.figures.ListedBatch;
import dev.millrace.gateway.figures.LiveFigures;
import dev.millrace.gateway.figures.RecentFigures;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.LocalRequests;
import dev.millrace.gateway.results.Connections;
import dev.millrace.gateway.results.ResultsUnavailableException;
import dev.millrace.gateway.tenant.TenantSlots;
import dev.millrace.gateway.usage.StateSource.StateUnavailableException;
import io.helidon.http.HeaderNames;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams the figures of the dashboard as server-sent events, and reports to callers their
 * identity.
 */
final class EventRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(EventRoutes.class);
    private static final int MAX_STREAMS = 64;
    private static final int MAX_STREAMS_PER_OWNER = 8;
    private static final long TICK_MILLIS = 1_000;

    /** Begins a comment, which shows whether the receiver is still connected. */
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(UTF_8);

    private final Connections connections;
    private final StateSource state;
    private final ListedBatch.Waits waits;
    private final InstantSource clock;
    private final LongSupplier nanoTicker;
    private final TenantSlots streams = new TenantSlots(MAX_STREAMS, MAX_STREAMS_PER_OWNER);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<Subject, SharedReading> readings = new ConcurrentHashMap<>();

    EventRoutes(Connections connections, UsageApi.Parts parts, ListedBatch.Waits waits) {
        this.connections = connections;
        this.state = parts.state();
        this.waits = waits;
        this.clock = parts.clock();
        this.nanoTicker = parts.nanoTicker();
    }

    /** The events of a stream. The name in lower case is the type of the event. */
    private enum Part {
        /** Totals of the day and jobs by minute. */
        LIVE,
        /** Backlog, limits, breakers, policies and budgets; only for callers who may read all. */
        STATE,
        /** Batches, errors, failures, slowest jobs and arms. */
        RECENT;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Subject(Part part, Optional<String> tenant) {}

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.of("events", Set.of(), this::events),
                ApiRoute.of("caller", Set.of(), EventRoutes::caller));
    }

    private static void caller(UsageCall call) {
        Caller caller = call.caller();
        call.sendObject(
                json -> {
                    json.writeStringProperty("name", caller.name());
                    json.writeStringProperty("tenant", caller.readable().orElse(null));
                    json.writeStringProperty("role", role(caller).word());
                });
    }

    private static KeyRole role(Caller caller) {
        return caller.rights().permits(KeyRole.OPERATE) ? KeyRole.OPERATE : KeyRole.READ;
    }

    private void events(UsageCall call) throws IOException {
        if (LocalRequests.isForeignPage(
                call.exchange().request().authority(),
                name -> call.exchange().request().headers().first(HeaderNames.create(name)),
                Set.of())) {
            throw UsageErrors.forbidden("pages of other sites may not follow the events");
        }
        if (call.exchange().answersHead(Exchange.EVENTS, 0)) {
            return;
        }
        String owner = owner(call.caller());
        if (!streams.tryAcquire(owner)) {
            throw UsageErrors.unavailable("too many pages are open; close one");
        }
        try (OutputStream out = new BufferedOutputStream(call.exchange().open(Exchange.EVENTS))) {
            stream(call.caller(), out);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("the receiver of events has gone", e);
        } finally {
            streams.release(owner);
        }
    }

    /**
     * Returns the owner of a caller's streams: the tenant, over all its keys, or the key of a
     * caller who reads all tenants.
     */
    private static String owner(Caller caller) {
        return caller.readable()
                .map(tenant -> "tenant " + tenant)
                .orElseGet(() -> "key " + caller.name());
    }

    private void stream(Caller caller, OutputStream out) throws IOException {
        Optional<String> tenant = caller.readable();
        var subjects = new ArrayList<Subject>();
        for (Part part : Part.values()) {
            if (part != Part.STATE || tenant.isEmpty()) {
                subjects.add(new Subject(part, tenant));
            }
        }
        var sent = new HashMap<Part, Long>();
        do {
            for (Subject subject : subjects) {
                send(subject, sent, out);
                out.flush();
            }
            out.write(HEARTBEAT);
            out.flush();
        } while (!isStopped() && caller.limits().isInForce());
    }

    private void send(Subject subject, Map<Part, Long> sent, OutputStream out) throws IOException {
        try {
            var reading = reading(subject).get();
            if (!Long.valueOf(reading.version()).equals(sent.get(subject.part))) {
                sent.put(subject.part, reading.version());
                write(subject.part.word(), reading.json(), out);
            }
        } catch (ResultsUnavailableException e) {
            sent.remove(subject.part);
            write("problem", problem(subject.part, UsageErrors.of(e).text()), out);
        } catch (ApiError e) {
            sent.remove(subject.part);
            write("problem", problem(subject.part, e.text()), out);
        }
    }

    private static byte[] problem(Part part, String message) {
        return UsageCall.object(
                json -> {
                    json.writeStringProperty("part", part.word());
                    json.writeStringProperty("message", message);
                });
    }

    private static void write(String event, byte[] json, OutputStream out) throws IOException {
        out.write(("event: " + event + "\ndata: ").getBytes(UTF_8));
        out.write(json);
        out.write("\n\n".getBytes(UTF_8));
    }

    private SharedReading reading(Subject subject) {
        return readings.computeIfAbsent(
                subject, it -> new SharedReading(() -> read(it), nanoTicker));
    }

    private byte[] read(Subject subject) throws IOException {
        return switch (subject.part) {
            case LIVE ->
                    connections.query(
                            it -> LiveFigures.read(it, subject.tenant, clock.instant()).toJson());
            case RECENT ->
                    connections.query(
                            it ->
                                    RecentFigures.read(it, subject.tenant, clock.instant())
                                            .toJson(waits));
            case STATE -> state();
        };
    }

    private byte[] state() {
        try {
            return state.json().getBytes(UTF_8);
        } catch (StateUnavailableException e) {
            throw UsageErrors.unavailable(String.valueOf(e.getMessage()));
        }
    }

    private boolean isStopped() {
        try {
            return stopped.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Ends all streams, so that the web server can stop. */
    void stop() {
        stopped.countDown();
    }
}
