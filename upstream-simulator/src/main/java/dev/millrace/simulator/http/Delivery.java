package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.ledger.Outcome;
import dev.millrace.simulator.provider.Course;
import dev.millrace.simulator.provider.Course.Cut;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes one answer and enters it into the ledger before its last byte leaves, so that whoever has
 * the answer finds it there. Runs on one thread, blocking.
 */
final class Delivery {
    private static final int OK = 200;

    private final ServerResponse response;
    private final CallRecord record;
    private final Course.Deliver course;
    private final Waiting waiting;
    private final BooleanSupplier clientGone;
    private final BooleanSupplier stopping;
    private boolean hasFailedToWrite;

    /** Between two events of a stream. */
    private final Duration between;

    Delivery(
            ServerResponse response,
            CallRecord record,
            Course.Deliver course,
            Waiting waiting,
            BooleanSupplier clientGone,
            BooleanSupplier stopping) {
        this.response = response;
        this.record = record;
        this.course = course;
        this.waiting = waiting;
        this.clientGone = clientGone;
        this.stopping = stopping;
        this.between = between(course);
    }

    private static Duration between(Course.Deliver course) {
        return switch (course.payload()) {
            case Course.Payload.Whole _ -> Duration.ZERO;
            case Course.Payload.Events events ->
                    course.pace()
                            .total()
                            .minus(course.pace().firstByte())
                            .dividedBy(events.events().size() - 1L);
        };
    }

    /**
     * Writes the answer; returns whether the connection may be used again. The call is in the
     * ledger either way.
     */
    boolean run() {
        return switch (course.payload()) {
            case Course.Payload.Whole whole -> whole(whole.body().getBytes(StandardCharsets.UTF_8));
            case Course.Payload.Events events -> stream(events.events());
        };
    }

    private boolean whole(byte[] body) {
        if (!waitUntil(course.pace().total())) {
            record.unbilled(0, Outcome.DROPPED);
            return false;
        }
        if (clientGone.getAsBoolean()) {
            record.billed(0, course.usage(), Outcome.ABORTED);
            return false;
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        return switch (course.cut()) {
            case BEFORE_FIRST_BYTE -> {
                record.billed(0, course.usage(), Outcome.DROPPED);
                yield false;
            }
            case MID_BODY -> {
                record.billed(OK, course.usage(), Outcome.DROPPED);
                response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
                quietly(() -> writeHalf(body));
                yield false;
            }
            case NOWHERE -> finish(() -> response.send(body));
        };
    }

    private void writeHalf(byte[] body) throws IOException {
        OutputStream out = response.outputStream();
        out.write(body, 0, body.length / 2);
        out.flush();
    }

    private boolean stream(List<String> events) {
        if (!waitUntil(course.pace().firstByte())) {
            record.unbilled(0, lost());
            return false;
        }
        if (course.cut() == Cut.BEFORE_FIRST_BYTE) {
            record.billed(0, course.usage(), Outcome.DROPPED);
            return false;
        }
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        OutputStream out = response.outputStream();
        int last = course.cut() == Cut.MID_BODY ? events.size() / 2 : events.size() - 1;
        for (int i = 0; i < last; i++) {
            if (!write(out, events.get(i), i + 1)) {
                recordPart(i + 1, events.size());
                return false;
            }
        }
        return end(out, events.get(last));
    }

    /**
     * Writes one event and waits until the next is due; returns whether there is still a client to
     * write to.
     */
    private boolean write(OutputStream out, String event, int sent) {
        boolean isSpaced = between.isPositive();
        hasFailedToWrite =
                !quietly(() -> out.write(event.getBytes(StandardCharsets.UTF_8)))
                        || (isSpaced && !quietly(out::flush));
        if (hasFailedToWrite || !isSpaced) {
            return !hasFailedToWrite;
        }
        return waitUntil(course.pace().firstByte().plus(between.multipliedBy(sent)));
    }

    /** A stream that ends early is billed for what was generated until then. */
    private void recordPart(int sent, int events) {
        Usage usage = course.usage();
        int generated = (int) ((long) usage.output() * sent / events);
        record.billed(OK, usage.withOutput(generated), lost());
    }

    private boolean end(OutputStream out, String last) {
        if (course.cut() == Cut.MID_BODY) {
            record.billed(OK, course.usage(), Outcome.DROPPED);
            quietly(out::flush);
            return false;
        }
        return finish(
                () -> {
                    out.write(last.getBytes(StandardCharsets.UTF_8));
                    out.close();
                });
    }

    /**
     * Records the answer and writes its end; puts the record right when the client is not there to
     * take it.
     */
    private boolean finish(Writing end) {
        long entry = record.billed(OK, course.usage(), Outcome.ANSWERED);
        boolean written = quietly(end);
        if (!written) {
            record.amend(entry, Outcome.ANSWERED, Outcome.ABORTED);
        }
        return written;
    }

    private interface Writing {
        void run() throws IOException;
    }

    /**
     * Writes, and returns whether the client was there to take it; one who left is nothing to
     * report.
     */
    private static boolean quietly(Writing writing) {
        try {
            writing.run();
            return true;
        } catch (IOException | CloseConnectionException gone) {
            return false;
        }
    }

    /**
     * Returns how a call ends that was cut short. A write can fail before the thread that reads
     * from the client sees that it has left.
     */
    private Outcome lost() {
        boolean isGone =
                clientGone.getAsBoolean() || (hasFailedToWrite && !stopping.getAsBoolean());
        return isGone ? Outcome.ABORTED : Outcome.DROPPED;
    }

    /** Lets time pass until so much has since the call came in. */
    private boolean waitUntil(Duration sinceStart) {
        return waiting.pass(sinceStart.minus(record.elapsed()));
    }
}
