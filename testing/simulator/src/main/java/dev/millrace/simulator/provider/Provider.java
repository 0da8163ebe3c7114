package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.AnswerGenerator;
import dev.millrace.simulator.answer.AnswerResult;
import dev.millrace.simulator.answer.InvalidRequest;
import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.PromptPrefixes;
import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.limit.AccountLimits;
import dev.millrace.simulator.limit.Admission;
import dev.millrace.simulator.settings.AccountSettings;
import dev.millrace.simulator.settings.ErrorForm;
import dev.millrace.simulator.settings.FlexSettings;
import dev.millrace.simulator.settings.Outage;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.simulator.traffic.CallCounter;
import dev.millrace.simulator.traffic.Traffic;
import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.HeaderTimeFormat;
import dev.millrace.simulator.wire.HeaderValue;
import dev.millrace.simulator.wire.LimitState;
import dev.millrace.simulator.wire.ProviderError;
import dev.millrace.simulator.wire.WireHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** A simulated provider, which decides how to react to each call. Thread-safe. */
public final class Provider {
    private final AccountRegistry accounts;
    private final ModelRegistry models;
    private final OutageSchedule outages;
    private final RefusalRules rules;
    private final Traffic traffic = new Traffic();
    private final TimeAndRandom sources;
    private final AtomicLong calls = new AtomicLong();

    /** The account of all keys that are not accepted. */
    private final ProviderAccount unknownKeys;

    /** Guards all limits, so that calls count in the order of their times. */
    private final Object limitsLock = new Object();

    /** Creates a provider with unused limits. */
    public Provider(SimulatorSettings settings, TimeAndRandom sources) {
        this.accounts = new AccountRegistry(settings, sources.ticker());
        this.models = new ModelRegistry(settings, sources.ticker());
        this.outages = new OutageSchedule(settings.outages(), sources.ticker());
        this.rules = new RefusalRules(models);
        this.sources = sources;
        this.unknownKeys = new ProviderAccount("(unknown key)", AccountSettings.DEFAULT, 0);
    }

    /** Returns the registry of models. Their settings can be changed. */
    public ModelRegistry models() {
        return models;
    }

    /** Returns the registry of accounts. Their settings can be changed. */
    public AccountRegistry accounts() {
        return accounts;
    }

    /** Returns the outages, which can be changed. */
    public OutageSchedule outages() {
        return outages;
    }

    /** Returns the statistics of all calls. */
    public Traffic traffic() {
        return traffic;
    }

    public CallId nextId() {
        return new CallId(calls.incrementAndGet(), sources.instants().instant());
    }

    /**
     * Decides how to react to a call. {@link CallPlan#onEnd} must be run when the call has ended.
     */
    public CallPlan plan(Call call, byte[] body) {
        AnswerResult result =
                AnswerGenerator.of(
                        call.operation(),
                        body,
                        call.deployment(),
                        model -> models.settings(model).answerTokens());
        Optional<ProviderAccount> account = accounts.find(call.key());
        Optional<PromptPrefixes> prompt = prefixes(call, result, body);
        synchronized (limitsLock) {
            Optional<OutageSchedule.Active> outage = outages.active();
            long now = sources.ticker().getAsLong();
            Arrival arrival =
                    arrival(call, account.orElse(unknownKeys), result, stall(outage), now);
            return rules.check(call, account, outage.map(OutageSchedule.Active::outage), result)
                    .map(error -> refuse(arrival, headers(call, List.of()), error))
                    .orElseGet(() -> plan(arrival, (Answer) result, prompt, now));
        }
    }

    /** Returns the prefixes of a prompt if its model has a prompt cache. */
    private Optional<PromptPrefixes> prefixes(Call call, AnswerResult result, byte[] body) {
        if (!(result instanceof Answer answer) || call.operation() == Operation.EMBEDDINGS) {
            return Optional.empty();
        }
        return switch (models.settings(answer.model()).promptCache().match()) {
            case NONE -> Optional.empty();
            case BLOCKS -> Optional.of(PromptPrefixes.inSteps(body));
            case BREAKPOINTS -> Optional.of(PromptPrefixes.atBlocks(call.operation(), body));
        };
    }

    /**
     * A call that has arrived.
     *
     * @param model the model's name as the request gives it; empty when the body has none
     * @param stall time in which nothing is sent
     */
    private record Arrival(
            Call call,
            ProviderAccount account,
            String model,
            CallCounter counter,
            Duration stall) {}

    private Arrival arrival(
            Call call, ProviderAccount account, AnswerResult result, Duration stall, long now) {
        String model =
                switch (result) {
                    case Answer answer -> answer.model();
                    case InvalidRequest invalid -> invalid.model();
                };
        int tokens = result instanceof Answer answer ? answer.usage().total() : 0;
        CallCounter counter = traffic.arrive(model, account.name(), tokens, now);
        return new Arrival(call, account, model, counter, stall);
    }

    private static Duration stall(Optional<OutageSchedule.Active> outage) {
        return outage.filter(it -> it.outage().form() == Outage.Form.STALL)
                .map(OutageSchedule.Active::left)
                .orElse(Duration.ZERO);
    }

    private CallPlan plan(
            Arrival arrival, Answer answer, Optional<PromptPrefixes> prompt, long now) {
        Call call = arrival.call();
        ModelState state = models.state(answer.model());
        boolean isFlex = isFlex(answer, state);
        if (isFlex) {
            FlexSettings flex = state.settings().flex();
            RandomGenerator random = callRandom();
            if (random.nextDouble() < flex.refusedAt(call.id().created())) {
                ProviderError error = ProviderError.flexRefused(flex.signature(), random);
                return refuse(arrival, headers(call, List.of()), error);
            }
        }
        List<AccountLimits> limits = List.of(state.limits(), arrival.account().limits());
        Admission admission = AccountLimits.admit(limits, answer.usage(), now);
        List<HeaderValue> headers = headers(call, admission.states());
        return switch (admission) {
            case Admission.Refused refused -> {
                headers.addAll(WireHeaders.limitWait(call.wire(), refused.delay()));
                String wait = HeaderTimeFormat.compact(refused.delay());
                yield refuse(
                        arrival,
                        headers,
                        ProviderError.rateLimited(answer.model(), refused.subject(), wait));
            }
            case Admission.TooLarge large ->
                    refuse(
                            arrival,
                            headers,
                            ProviderError.aboveLimit(
                                    answer.model(),
                                    large.subject(),
                                    large.limit(),
                                    large.requested()));
            case Admission.Granted _ -> {
                PromptCache cache = state.promptCache();
                Optional<PromptCache.Lookup> found =
                        prompt.map(it -> cache.lookUp(arrival.account().name(), it, now));
                Answer priced = answer.withUsage(usage(answer.usage(), found, isFlex));
                var selector =
                        new ActionSelector(
                                call, priced, state.settings(), callRandom(), arrival.stall());
                headers.addAll(selector.headers());
                arrival.counter().start();
                CallAction action = selector.action();
                found.ifPresent(
                        it -> action.firstToken().ifPresent(first -> cache.store(it, now, first)));
                yield plan(arrival, headers, action, () -> end(arrival, limits));
            }
        };
    }

    private static boolean isFlex(Answer answer, ModelState state) {
        return answer.operation() != Operation.MESSAGES
                && answer.delivery().serviceTier().equals("flex")
                && state.settings().flex().isServed();
    }

    private static Usage usage(Usage uncached, Optional<PromptCache.Lookup> found, boolean isFlex) {
        Usage cached =
                found.map(it -> uncached.withCache(it.read(), it.written())).orElse(uncached);
        return isFlex ? cached.atFlex() : cached;
    }

    private void end(Arrival arrival, List<AccountLimits> limits) {
        synchronized (limitsLock) {
            limits.forEach(AccountLimits::end);
        }
        arrival.counter().end();
    }

    private CallPlan refuse(Arrival arrival, List<HeaderValue> headers, ProviderError error) {
        String model = arrival.model();
        ErrorForm form =
                model.isEmpty() ? ErrorForm.NATIVE : models.state(model).settings().errorForm();
        var action = new CallAction.Refuse(error.status(), error, form, arrival.stall(), null);
        return plan(arrival, headers, action, Provider::noOp);
    }

    private static CallPlan plan(
            Arrival arrival, List<HeaderValue> headers, CallAction action, Runnable onEnd) {
        return new CallPlan(
                arrival.model(), headers, action, arrival.account(), arrival.counter(), onEnd);
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
