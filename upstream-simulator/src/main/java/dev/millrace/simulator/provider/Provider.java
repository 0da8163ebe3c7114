package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.AnswerGenerator;
import dev.millrace.simulator.answer.InvalidRequest;
import dev.millrace.simulator.settings.ErrorForm;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.ProviderError;
import dev.millrace.simulator.wire.header.HeaderTimeFormat;
import dev.millrace.simulator.wire.header.HeaderValue;
import dev.millrace.simulator.wire.header.LimitState;
import dev.millrace.simulator.wire.header.WireHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** A simulated provider, which decides how to react to each call. Thread-safe. */
public final class Provider {
    private final Set<String> keys;
    private final ModelRegistry models;
    private final TimeAndRandom sources;
    private final AtomicLong calls = new AtomicLong();

    /** Creates a provider with unused limits. */
    public Provider(SimulatorSettings settings, TimeAndRandom sources) {
        this.keys = Set.copyOf(settings.keys());
        this.models = new ModelRegistry(settings.models(), sources.ticker());
        this.sources = sources;
    }

    /** Returns the registry of models, whose settings may be changed. */
    public ModelRegistry models() {
        return models;
    }

    /** Returns how many keys are accepted; 0 = any key. */
    public int acceptedKeys() {
        return keys.size();
    }

    /** Returns the id of the next call. */
    public CallId nextId() {
        return new CallId(calls.incrementAndGet(), sources.instants().instant());
    }

    /**
     * Decides how to react to a call. {@link CallPlan#onEnd} must be run when the call has ended.
     */
    public CallPlan plan(Call call, byte[] body) {
        if (!keys.isEmpty() && !keys.contains(call.key())) {
            return refuse(call, "", ProviderError.ofStatus(call.wire(), 401, ""));
        }
        return switch (AnswerGenerator.of(call.operation(), body, call.deployment())) {
            case InvalidRequest invalid ->
                    refuse(
                            call,
                            invalid.model(),
                            ProviderError.invalid(invalid.message(), invalid.param()));
            case Answer answer -> plan(call, answer);
        };
    }

    private CallPlan plan(Call call, Answer answer) {
        ModelState state = models.state(answer.model());
        if (state.failsFirst(call.idempotencyKey())) {
            int status = state.settings().failFirst().status();
            return refuse(
                    call,
                    answer.model(),
                    ProviderError.ofStatus(call.wire(), status, answer.model()));
        }
        return switch (state.begin(answer.usage(), sources.ticker().getAsLong())) {
            case Admission.Refused refused -> refuseOverLimit(call, answer, refused);
            case Admission.Granted granted -> {
                ActionSelector selector =
                        new ActionSelector(call, answer, state.settings(), callRandom());
                List<HeaderValue> headers = headers(call, granted.states());
                headers.addAll(selector.headers());
                yield new CallPlan(answer.model(), headers, selector.action(), state::end);
            }
        };
    }

    private CallPlan refuseOverLimit(Call call, Answer answer, Admission.Refused refused) {
        List<HeaderValue> headers = headers(call, refused.states());
        headers.addAll(WireHeaders.limitWait(call.wire(), refused.delay()));
        ProviderError error =
                ProviderError.rateLimited(
                        answer.model(),
                        refused.subject(),
                        HeaderTimeFormat.compact(refused.delay()));
        return refuse(answer.model(), headers, error);
    }

    private CallPlan refuse(Call call, String model, ProviderError error) {
        return refuse(model, headers(call, List.of()), error);
    }

    private CallPlan refuse(String model, List<HeaderValue> headers, ProviderError error) {
        ErrorForm form =
                model.isEmpty() ? ErrorForm.NATIVE : models.state(model).settings().errorForm();
        CallAction action = new CallAction.Refuse(error.status(), error, form);
        return new CallPlan(model, headers, action, Provider::noOp);
    }

    private List<HeaderValue> headers(Call call, List<LimitState> states) {
        List<HeaderValue> headers = new ArrayList<>(WireHeaders.identity(call.wire(), call.id()));
        if (!states.isEmpty()) {
            Instant now = sources.instants().instant();
            headers.addAll(WireHeaders.limits(call.wire(), states, now));
        }
        return headers;
    }

    /** Returns a generator for one call. The n-th call's draws depend on the seed and n only. */
    private RandomGenerator callRandom() {
        synchronized (sources) {
            return new SplittableRandom(sources.random().nextLong());
        }
    }

    /** Ends a call that counts against no limit. */
    private static void noOp() {}
}
