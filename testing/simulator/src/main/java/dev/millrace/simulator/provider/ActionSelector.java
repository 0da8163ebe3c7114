package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.provider.CallAction.CutPoint;
import dev.millrace.simulator.settings.Failure;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.RetryAfterSetting;
import dev.millrace.simulator.wire.HeaderValue;
import dev.millrace.simulator.wire.ProviderError;
import dev.millrace.simulator.wire.WireHeaders;
import dev.millrace.simulator.wire.body.AnswerWire;
import dev.millrace.simulator.wire.body.SimulatedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Selects the action for a call that is within all limits. A random failure comes first, then the
 * check of the context window.
 */
final class ActionSelector {
    private static final String GARBAGE =
            "<html><body>upstream connect error or disconnect/reset before headers</body>";
    private static final List<RetryAfterSetting.Form> CONCRETE_FORMS =
            List.of(
                    RetryAfterSetting.Form.SECONDS,
                    RetryAfterSetting.Form.DATE,
                    RetryAfterSetting.Form.MILLISECONDS,
                    RetryAfterSetting.Form.NONE);
    private static final int OK = 200;
    private static final int PAYMENT_REQUIRED = 402;
    private static final int SERVER_ERROR = 500;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final int OVERLOADED = 529;

    private final Call call;
    private final Answer answer;
    private final ModelSettings settings;
    private final RandomGenerator random;
    private final Duration stall;
    private final Optional<Failure> failure;

    /**
     * @param stall time before the action in which nothing is sent; 0 = none
     */
    ActionSelector(
            Call call,
            Answer answer,
            ModelSettings settings,
            RandomGenerator random,
            Duration stall) {
        this.call = call;
        this.answer = answer;
        this.settings = settings;
        this.random = random;
        this.failure = settings.failures().draw(random);
        boolean isStalled = failure.filter(Failure.STALL::equals).isPresent();
        this.stall = isStalled ? stall.plus(settings.stallFor()) : stall;
    }

    /** Returns the retry-after headers when the drawn failure asks for a wait, otherwise none. */
    List<HeaderValue> headers() {
        boolean asksForWait =
                failure.filter(f -> f == Failure.RATE_LIMITED || f == Failure.OVERLOADED)
                        .isPresent();
        if (!asksForWait) {
            return List.of();
        }
        RetryAfterSetting.Form form = settings.retryAfter().form();
        if (form == RetryAfterSetting.Form.MIXED) {
            form = CONCRETE_FORMS.get(random.nextInt(CONCRETE_FORMS.size()));
        }
        return WireHeaders.retryAfter(form, settings.retryAfter().delay(), call.id().created());
    }

    CallAction action() {
        return failure.map(this::actionOf).orElseGet(this::withinContext);
    }

    private CallAction actionOf(Failure drawn) {
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
            case GATEWAY_TIMEOUT -> gatewayTimeout();
            case INSUFFICIENT_QUOTA -> refuse(ProviderError.insufficientQuota(call.wire()));
            case CONTEXT_LENGTH_EXCEEDED -> contextExceeded();
            case CONTENT_FILTER -> refuse(ProviderError.contentFilter());
            case CONTENT_FILTER_FINISH -> deliver(answer.filtered(), CutPoint.NONE);
            case GARBAGE -> deliver(garbage(), answer.usage(), CutPoint.NONE);
            case STALL -> withinContext();
            case HANG -> new CallAction.Hang(settings.hangFor());
            case DROP_BEFORE_ANSWER -> new CallAction.DropBeforeAnswer(timing().firstByte());
            case DROP_AFTER_BILLING -> deliver(answer, CutPoint.BEFORE_FIRST_BYTE);
            case DROP_MID_BODY -> deliver(answer, CutPoint.MID_BODY);
            case END_MID_BODY -> deliver(answer, CutPoint.END_MID_BODY);
            case HANG_MID_BODY -> deliver(answer, CutPoint.HANG_MID_BODY);
            case ERROR_MID_STREAM -> errorMidStream();
            case ERROR_AS_200 -> errorAs200();
            case REFUSAL -> deliver(answer.refused(), CutPoint.NONE);
        };
    }

    private CallAction status(int status) {
        return refuse(ProviderError.ofStatus(call.wire(), status, answer.model()));
    }

    private CallAction refuse(ProviderError error) {
        return new CallAction.Refuse(error.status(), error, settings.errorForm(), stall, null);
    }

    /** A gateway times out, but the provider finishes the answer and bills it. */
    private CallAction gatewayTimeout() {
        ProviderError error = ProviderError.ofStatus(call.wire(), GATEWAY_TIMEOUT, answer.model());
        return new CallAction.Refuse(
                GATEWAY_TIMEOUT, error, settings.errorForm(), timing().total(), answer.usage());
    }

    private CallAction errorAs200() {
        ProviderError error = ProviderError.ofStatus(call.wire(), SERVER_ERROR, answer.model());
        return new CallAction.Refuse(OK, error, settings.errorForm(), stall, null);
    }

    /** Replaces the second half of a stream by an error event; an unstreamed answer is complete. */
    private CallAction errorMidStream() {
        if (!AnswerWire.isStreamed(answer)) {
            return deliver(answer, CutPoint.NONE);
        }
        List<SimulatedEvent> events = AnswerWire.eventsUntilError(answer, call.id());
        Usage generated = answer.usage().withOutput(answer.usage().output() / 2);
        return deliver(eventsOf(events), generated, CutPoint.NONE);
    }

    private CallAction withinContext() {
        int window = settings.contextWindow();
        return window > 0 && requestedTokens() > window
                ? contextExceeded()
                : deliver(answer, CutPoint.NONE);
    }

    private CallAction contextExceeded() {
        long window =
                settings.contextWindow() > 0 ? settings.contextWindow() : requestedTokens() - 1;
        return refuse(ProviderError.contextLength(call.wire(), requestedTokens(), window));
    }

    private long requestedTokens() {
        return (long) answer.usage().input() + answer.maxOutput();
    }

    private CallAction deliver(Answer sent, CutPoint cut) {
        CallAction.Payload payload =
                AnswerWire.isStreamed(sent)
                        ? eventsOf(AnswerWire.events(sent, call.id()))
                        : new CallAction.Payload.Body(AnswerWire.body(sent, call.id()).toString());
        return deliver(payload, sent.usage(), cut);
    }

    private CallAction deliver(CallAction.Payload payload, Usage billed, CutPoint cut) {
        return new CallAction.Deliver(payload, billed, timing(), cut);
    }

    private static CallAction.Payload eventsOf(List<SimulatedEvent> events) {
        return new CallAction.Payload.Events(events.stream().map(SimulatedEvent::text).toList());
    }

    private CallAction.Payload garbage() {
        return AnswerWire.isStreamed(answer)
                ? new CallAction.Payload.Events(
                        List.of(new SimulatedEvent(null, "{\"id\":\"chatcmpl-").text(), GARBAGE))
                : new CallAction.Payload.Body(GARBAGE);
    }

    private CallAction.Timing timing() {
        Optional<Latency> ofFlex =
                answer.usage().flex() ? settings.flex().latency() : Optional.empty();
        Duration latency = ofFlex.orElse(settings.latency()).sample(random);
        Duration first = settings.firstByte().map(it -> it.sample(random)).orElse(latency);
        boolean isLater = first.compareTo(latency) > 0;
        boolean isStreamed = AnswerWire.isStreamed(answer);
        return new CallAction.Timing(
                stall.plus(isStreamed ? first : latency),
                stall.plus(isLater && !isStreamed ? latency : first),
                stall.plus(isLater && isStreamed ? first : latency),
                settings.keepAlive(),
                settings.hangFor());
    }
}
