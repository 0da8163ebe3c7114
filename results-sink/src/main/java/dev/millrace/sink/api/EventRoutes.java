package dev.millrace.sink.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.service.LocalRequests;
import dev.millrace.contracts.service.TenantSlots;
import dev.millrace.sink.live.LimitedWrites;
import dev.millrace.sink.live.LiveFigures;
import dev.millrace.sink.live.RecentFigures;
import dev.millrace.sink.live.SharedReading;
import dev.millrace.sink.pipeline.StateSource;
import dev.millrace.sink.pipeline.StateSource.StateUnavailableException;
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

/** Streams the figures of the dashboard as server-sent events, and tells callers who they are. */
final class EventRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(EventRoutes.class);
    private static final int MAX_STREAMS = 64;
    private static final int MAX_STREAMS_PER_CALLER = 8;
    private static final long TICK_MILLIS = 1_000;

    /** Begins a comment, which shows the server whether the receiver still listens. */
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(UTF_8);

    private final Connections connections;
    private final StateSource state;
    private final InstantSource clock;
    private final LongSupplier nanoTicker;
    private final TenantSlots streams = new TenantSlots(MAX_STREAMS, MAX_STREAMS_PER_CALLER);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<Subject, SharedReading> readings = new ConcurrentHashMap<>();

    EventRoutes(
            Connections connections,
            StateSource state,
            InstantSource clock,
            LongSupplier nanoTicker) {
        this.connections = connections;
        this.state = state;
        this.clock = clock;
        this.nanoTicker = nanoTicker;
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

    List<Route> routes() {
        return List.of(
                Route.of("events", Set.of(), this::events),
                Route.of("caller", Set.of(), EventRoutes::caller));
    }

    private static void caller(Call call) {
        Caller caller = call.caller();
        call.sendObject(
                json -> {
                    json.writeStringProperty("name", caller.name());
                    json.writeStringProperty("tenant", caller.tenant().orElse(null));
                    json.writeStringProperty("role", caller.role().name().toLowerCase(Locale.ROOT));
                });
    }

    private void events(Call call) throws IOException {
        if (LocalRequests.isForeignPage(
                call.request().authority(),
                name -> call.request().headers().first(HeaderNames.create(name)),
                Set.of())) {
            throw ApiError.forbidden("pages of other sites may not follow the events", null);
        }
        if (call.answersHeadOfEvents()) {
            return;
        }
        String caller = call.caller().name();
        if (!streams.tryAcquire(caller)) {
            throw ApiError.unavailable("too many pages are open; close one");
        }
        try (OutputStream out =
                new BufferedOutputStream(
                        new LimitedWrites(call.openEvents(), connections.timer()))) {
            stream(call.caller().tenant(), out);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("the receiver of events has gone", e);
        } finally {
            streams.release(caller);
        }
    }

    private void stream(Optional<String> tenant, OutputStream out) throws IOException {
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
        } while (!isStopped());
    }

    private void send(Subject subject, Map<Part, Long> sent, OutputStream out) throws IOException {
        try {
            var reading = reading(subject).get();
            if (!Long.valueOf(reading.version()).equals(sent.get(subject.part))) {
                sent.put(subject.part, reading.version());
                write(subject.part.word(), reading.json(), out);
            }
        } catch (ApiError e) {
            sent.remove(subject.part);
            write("problem", problem(subject.part, e), out);
        }
    }

    private static byte[] problem(Part part, ApiError error) {
        return Call.object(
                json -> {
                    json.writeStringProperty("part", part.word());
                    json.writeStringProperty("message", error.text());
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
                            it -> RecentFigures.read(it, subject.tenant, clock.instant()).toJson());
            case STATE -> state();
        };
    }

    private byte[] state() {
        try {
            return state.json().getBytes(UTF_8);
        } catch (StateUnavailableException e) {
            throw ApiError.unavailable(String.valueOf(e.getMessage()));
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
