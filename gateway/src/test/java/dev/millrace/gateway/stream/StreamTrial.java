package dev.millrace.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.stream.ClientStream.Ending;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** One stream with its chunks, its result and its client. */
final class StreamTrial {
    static final StreamTimeouts TIMEOUTS =
            new StreamTimeouts(Duration.ofMinutes(10), Duration.ofSeconds(60));

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    final CompletableFuture<StreamedJob.End> end = new CompletableFuture<>();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ChunkMemory memory = new ChunkMemory(Long.MAX_VALUE);
    private final ChunkInbox inbox = new ChunkInbox(memory, "t");
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ClientStream stream;
    private long stepNanos;
    private Runnable onWrite = () -> {};
    private boolean isGone;
    private int sequence;

    StreamTrial(Endpoint endpoint, boolean includesUsage) {
        var job =
                new StreamedJob(
                        JobId.of("t", "b", "c"),
                        "t",
                        endpoint,
                        includesUsage,
                        "req_1",
                        TIMEOUTS,
                        () -> "; a reason",
                        end);
        stream =
                new ClientStream(
                        job,
                        inbox,
                        this::open,
                        new StreamMeters(registry, memory),
                        () -> now.addAndGet(stepNanos));
    }

    /** Adds the next events of the first attempt, without names. */
    StreamTrial events(String... events) {
        Arrays.stream(events).forEach(it -> chunk(1, sequence++, event("", it)));
        return this;
    }

    /** Adds the next event of the first attempt. */
    StreamTrial named(String name, String data) {
        return chunk(1, sequence++, event(name, data));
    }

    /** Loses the next chunk of the first attempt. */
    StreamTrial gap() {
        sequence++;
        return this;
    }

    /** Ends the first attempt. */
    StreamTrial ended(Outcome outcome) {
        return chunk(1, sequence++, new Chunk.End(outcome));
    }

    StreamTrial chunk(int attempt, int number, Chunk.Content content) {
        inbox.add(new Chunk(attempt, number, content));
        return this;
    }

    static Chunk.Event event(String name, String data) {
        return new Chunk.Event(name, data.getBytes(UTF_8));
    }

    StreamTrial answered(int attempts, String body) {
        end.complete(new StreamedJob.Answered(attempts, body.getBytes(UTF_8)));
        return this;
    }

    StreamTrial unanswered(ApiError error) {
        end.complete(new StreamedJob.Unanswered(error));
        return this;
    }

    /** Does something whenever the client has received a part. */
    StreamTrial onWrite(Runnable action) {
        onWrite = action;
        return this;
    }

    /** Lets time pass between any two looks at the ticker. */
    StreamTrial slowly(Duration step) {
        stepNanos = step.toNanos();
        return this;
    }

    StreamTrial gone() {
        isGone = true;
        return this;
    }

    Ending run() throws IOException, InterruptedException {
        return stream.run();
    }

    private OutputStream open() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (isGone) {
                    throw new IOException("the client has gone");
                }
                received.write(bytes, offset, length);
                onWrite.run();
            }
        };
    }

    /** Returns what the client received. */
    String text() {
        return received.toString(UTF_8);
    }

    /** Returns the events and comments that the client received, without their blank lines. */
    List<String> received() {
        return text().isEmpty() ? List.of() : List.of(text().split("\n\n", 0));
    }
}
