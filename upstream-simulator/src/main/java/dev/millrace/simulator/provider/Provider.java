package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.Answers;
import dev.millrace.simulator.answer.InvalidRequest;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.HeaderValue;
import dev.millrace.simulator.wire.LimitState;
import dev.millrace.simulator.wire.ProviderError;
import dev.millrace.simulator.wire.WaitForms;
import dev.millrace.simulator.wire.WireHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** A simulated provider: decides on each call. Thread-safe. */
public final class Provider {
    private final Set<String> keys;
    private final Models models;
    private final Sources sources;
    private final AtomicLong calls = new AtomicLong();

    /** Creates a provider whose limits are all unused. */
    public Provider(SimulatorSettings settings, Sources sources) {
        this.keys = Set.copyOf(settings.keys());
        this.models = new Models(settings.models(), sources.ticker());
        this.sources = sources;
    }

    /** The models, to look at and to change. */
    public Models models() {
        return models;
    }

    /** How many keys are accepted; 0 = any. */
    public int acceptedKeys() {
        return keys.size();
    }

    /** Names the next call. */
    public CallId nextId() {
        return new CallId(calls.incrementAndGet(), sources.instants().instant());
    }

    /**
     * Decides on a call with a body as it came. {@link Plan#end} must be run when the call has
     * ended.
     */
    public Plan plan(Call call, byte[] body) {
        if (!keys.isEmpty() && !keys.contains(call.key())) {
            return refuse(call, "", ProviderError.ofStatus(call.wire(), 401, ""), List.of());
        }
        return switch (Answers.of(call.operation(), body)) {
            case InvalidRequest invalid ->
                    refuse(
                            call,
                            invalid.model(),
                            ProviderError.invalid(invalid.message(), invalid.param()),
                            List.of());
            case Answer answer -> plan(call, answer);
        };
    }

    private Plan plan(Call call, Answer answer) {
        ModelState state = models.state(answer.model());
        if (state.failsFirst(call.idempotencyKey())) {
            int status = state.settings().failFirst().status();
            return refuse(
                    call,
                    answer.model(),
                    ProviderError.ofStatus(call.wire(), status, answer.model()),
                    List.of());
        }
        return switch (state.begin(answer.usage(), sources.ticker().getAsLong())) {
            case Admission.Refused refused -> limited(call, answer, refused);
            case Admission.Granted granted -> {
                Fate fate = new Fate(call, answer, state.settings(), chance());
                List<HeaderValue> headers = headers(call, granted.states());
                headers.addAll(fate.headers());
                yield new Plan(answer.model(), headers, fate.course(), state::end);
            }
        };
    }

    private Plan limited(Call call, Answer answer, Admission.Refused refused) {
        List<HeaderValue> headers = headers(call, refused.states());
        headers.addAll(WireHeaders.limitWait(call.wire(), refused.delay()));
        ProviderError error =
                ProviderError.rateLimited(
                        answer.model(), refused.subject(), WaitForms.compact(refused.delay()));
        return new Plan(answer.model(), headers, new Course.Refuse(error), Provider::nothing);
    }

    private Plan refuse(Call call, String model, ProviderError error, List<LimitState> states) {
        return new Plan(model, headers(call, states), new Course.Refuse(error), Provider::nothing);
    }

    private List<HeaderValue> headers(Call call, List<LimitState> states) {
        List<HeaderValue> headers = new ArrayList<>(WireHeaders.identity(call.wire(), call.id()));
        if (!states.isEmpty()) {
            Instant now = sources.instants().instant();
            headers.addAll(WireHeaders.limits(call.wire(), states, now));
        }
        return headers;
    }

    /** A generator for one call: what the n-th call meets depends on the seed and n only. */
    private RandomGenerator chance() {
        synchronized (sources) {
            return new SplittableRandom(sources.random().nextLong());
        }
    }

    /** The end of a call that no limit counts. */
    private static void nothing() {}
}
