package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.provider.Course.Cut;
import dev.millrace.simulator.settings.Failure;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.RetryAfter;
import dev.millrace.simulator.wire.AnswerWire;
import dev.millrace.simulator.wire.HeaderValue;
import dev.millrace.simulator.wire.ProviderError;
import dev.millrace.simulator.wire.SseEvent;
import dev.millrace.simulator.wire.WireHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What chance and the context window make of a call that is within all limits. */
final class Fate {
    private static final String GARBAGE =
            "<html><body>upstream connect error or disconnect/reset before headers</body>";
    private static final List<RetryAfter.Form> WAITS =
            List.of(
                    RetryAfter.Form.SECONDS,
                    RetryAfter.Form.DATE,
                    RetryAfter.Form.MILLISECONDS,
                    RetryAfter.Form.NONE);
    private static final int PAYMENT_REQUIRED = 402;
    private static final int OVERLOADED = 529;

    private final Call call;
    private final Answer answer;
    private final ModelSettings settings;
    private final RandomGenerator random;
    private final Optional<Failure> failure;

    Fate(Call call, Answer answer, ModelSettings settings, RandomGenerator random) {
        this.call = call;
        this.answer = answer;
        this.settings = settings;
        this.random = random;
        this.failure = settings.failures().draw(random);
    }

    /** The headers that tell how long to wait, where this fate asks for a wait. */
    List<HeaderValue> headers() {
        boolean waits =
                failure.filter(f -> f == Failure.RATE_LIMITED || f == Failure.OVERLOADED)
                        .isPresent();
        if (!waits) {
            return List.of();
        }
        RetryAfter.Form form = settings.retryAfter().form();
        if (form == RetryAfter.Form.MIXED) {
            form = WAITS.get(random.nextInt(WAITS.size()));
        }
        return WireHeaders.retryAfter(form, settings.retryAfter().delay(), call.id().created());
    }

    Course course() {
        return failure.map(this::failed).orElseGet(this::withinContext);
    }

    private Course failed(Failure drawn) {
        return switch (drawn) {
            case RATE_LIMITED -> status(429);
            case UNAUTHORIZED -> status(401);
            case PAYMENT_REQUIRED -> status(PAYMENT_REQUIRED);
            case MODEL_NOT_FOUND -> status(404);
            case OVERLOADED -> status(OVERLOADED);
            case SERVER_ERROR -> {
                List<Integer> statuses = settings.serverErrorStatuses();
                yield status(statuses.get(random.nextInt(statuses.size())));
            }
            case INSUFFICIENT_QUOTA ->
                    new Course.Refuse(ProviderError.insufficientQuota(call.wire()));
            case CONTEXT_LENGTH_EXCEEDED -> contextExceeded();
            case CONTENT_FILTER -> new Course.Refuse(ProviderError.contentFilter());
            case CONTENT_FILTER_FINISH -> deliver(payload(answer.filtered()), Cut.NOWHERE);
            case GARBAGE -> deliver(garbage(), Cut.NOWHERE);
            case HANG -> new Course.Hang(settings.hangFor());
            case DROP_BEFORE_ANSWER -> new Course.DropBefore(pace().firstByte());
            case DROP_AFTER_BILLING -> deliver(payload(answer), Cut.BEFORE_FIRST_BYTE);
            case DROP_MID_BODY -> deliver(payload(answer), Cut.MID_BODY);
        };
    }

    private Course status(int status) {
        return new Course.Refuse(ProviderError.ofStatus(call.wire(), status, answer.model()));
    }

    private Course withinContext() {
        int window = settings.contextWindow();
        return window > 0 && asked() > window
                ? contextExceeded()
                : deliver(payload(answer), Cut.NOWHERE);
    }

    private Course contextExceeded() {
        long window = settings.contextWindow() > 0 ? settings.contextWindow() : asked() - 1;
        return new Course.Refuse(ProviderError.contextLength(call.wire(), asked(), window));
    }

    private long asked() {
        return (long) answer.usage().input() + answer.maxOutput();
    }

    private Course deliver(Course.Payload payload, Cut cut) {
        return new Course.Deliver(payload, answer.usage(), pace(), cut);
    }

    private Course.Payload payload(Answer delivered) {
        return AnswerWire.isStream(delivered)
                ? new Course.Payload.Events(
                        AnswerWire.stream(delivered, call.id()).stream()
                                .map(SseEvent::text)
                                .toList())
                : new Course.Payload.Whole(AnswerWire.whole(delivered, call.id()).toString());
    }

    private Course.Payload garbage() {
        return AnswerWire.isStream(answer)
                ? new Course.Payload.Events(
                        List.of(new SseEvent(null, "{\"id\":\"chatcmpl-").text(), GARBAGE))
                : new Course.Payload.Whole(GARBAGE);
    }

    private Course.Pace pace() {
        Duration total = settings.latency().sample(random);
        Latency firstByte = settings.firstByte();
        if (firstByte == null || !AnswerWire.isStream(answer)) {
            return new Course.Pace(total, total);
        }
        Duration first = firstByte.sample(random);
        return new Course.Pace(first, first.compareTo(total) > 0 ? first : total);
    }
}
