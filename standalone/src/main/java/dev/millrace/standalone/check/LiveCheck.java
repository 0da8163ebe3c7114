package dev.millrace.standalone.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.Credential;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.simulator.Simulator;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.simulator.BuiltInSimulator;
import dev.millrace.worker.WorkerFeatures;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.call.ProviderCalls;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.http.AnswerLimits;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.Window;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Calls each model in service once with each key of its provider. */
final class LiveCheck implements AutoCloseable {
    private final MillraceConfig config;
    private final @Nullable Simulator simulator;
    private final InstantSource clock;
    private final LongSupplier nanos;

    private LiveCheck(
            MillraceConfig config,
            @Nullable Simulator simulator,
            InstantSource clock,
            LongSupplier nanos) {
        this.config = config;
        this.simulator = simulator;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * Creates a check, and starts the built-in simulator if a provider uses it.
     *
     * @param nanos the ticker for call durations
     */
    static LiveCheck of(MillraceConfig config, InstantSource clock, LongSupplier nanos) {
        Simulator simulator = BuiltInSimulator.start(config);
        MillraceConfig located =
                simulator == null ? config : BuiltInSimulator.locate(config, simulator.baseUri());
        return new LiveCheck(located, simulator, clock, nanos);
    }

    /**
     * The outcome of one call.
     *
     * @param key number of the provider's key, from 1
     * @param tookMs duration of the call in milliseconds
     * @param answeredBy the model that the answer names; null if it names none
     * @param problem why the call failed; null when it succeeded
     */
    record Outcome(
            String model,
            String provider,
            int key,
            long tookMs,
            @Nullable String answeredBy,
            @Nullable String problem) {

        public boolean succeeded() {
            return problem == null;
        }

        /** Formats the outcome as one line. */
        public String line() {
            return String.format(
                    Locale.ROOT,
                    "%-4s %-24s %-12s key %d  %6d ms%s",
                    succeeded() ? "ok" : "FAIL",
                    model,
                    provider,
                    key,
                    tookMs,
                    end());
        }

        private String end() {
            if (problem != null) {
                return "  " + problem;
            }
            return answeredBy == null ? "" : "  answered by " + answeredBy;
        }
    }

    /**
     * The money that a key has left.
     *
     * @param key number of the provider's key, from 1
     * @param left amounts with their currency, or that there is no limit
     */
    record Credits(String provider, int key, String left) {
        /** Formats the credits as one line. */
        public String line() {
            return "credits left  " + provider + "  key " + key + "  " + left;
        }
    }

    /**
     * The findings of a check.
     *
     * @param credits credits of the keys whose provider reports them
     */
    record Findings(List<Outcome> outcomes, List<Credits> credits) {
        public Findings {
            outcomes = List.copyOf(outcomes);
            credits = List.copyOf(credits);
        }
    }

    private record Pending(
            Model model, int key, CompletableFuture<CallReport> report, ProviderCalls calls) {}

    /**
     * Makes all calls concurrently, and asks for the credits of their keys.
     *
     * @param only names or aliases of the models to call; empty for all models in service
     */
    Findings callAll(List<String> only) {
        var pending = new ArrayList<Pending>();
        for (Model model : config.modelsInService()) {
            if (only.isEmpty() || only.stream().anyMatch(name -> hasName(model, name))) {
                pending.addAll(callWithEachKey(model));
            }
        }
        try {
            return new Findings(
                    pending.stream().map(LiveCheck::outcome).toList(), credits(pending));
        } finally {
            pending.forEach(it -> it.calls.close());
        }
    }

    /** Returns the credits of each key that was called, once. */
    private List<Credits> credits(List<Pending> pending) {
        var credits = new LinkedHashMap<String, Credits>();
        for (Pending it : pending) {
            String provider = it.model.provider();
            CreditSource.of(provider, config.provider(provider).orElseThrow())
                    .filter(_ -> !credits.containsKey(provider + ' ' + it.key))
                    .flatMap(
                            source ->
                                    it.calls.read(provider, 0, source.path()).flatMap(source::read))
                    .ifPresent(
                            left ->
                                    credits.put(
                                            provider + ' ' + it.key,
                                            new Credits(provider, it.key, left)));
        }
        return List.copyOf(credits.values());
    }

    private static boolean hasName(Model model, String name) {
        return model.name().equals(name) || model.aliases().contains(name);
    }

    private List<Pending> callWithEachKey(Model model) {
        ProviderConfig provider = config.providerOf(model).orElseThrow();
        List<Credential> keys = provider.allKeys();
        var pending = new ArrayList<Pending>();
        for (int i = 0; i < Math.max(1, keys.size()); i++) {
            ProviderConfig withKey = keys.isEmpty() ? provider : provider.withKey(keys.get(i));
            pending.add(call(model, withKey, i + 1));
        }
        return pending;
    }

    private Pending call(Model model, ProviderConfig provider, int key) {
        var calls = calls(model.provider(), provider);
        var report = new CompletableFuture<CallReport>();
        JobId job = JobId.of("check", UUID.randomUUID().toString(), model.name());
        calls.start(
                new CallRequest(
                        job,
                        1,
                        model,
                        line(model, provider),
                        null,
                        0,
                        Window.open(nanos.getAsLong())),
                report::complete);
        return new Pending(model, key, report, calls);
    }

    private ProviderCalls calls(String name, ProviderConfig provider) {
        var slots = SlotBounds.of(config.worker(), 1);
        try {
            return ProviderCalls.overHttp(
                    config.worker(),
                    List.of(),
                    WorkerFeatures.expiringKeys(),
                    slots,
                    Map.of(name, provider),
                    AnswerLimits.of(config.worker(), slots, config.topics().maxResponseBytes()),
                    ChunkLog.NONE,
                    clock,
                    nanos);
        } catch (IllegalArgumentException e) {
            throw UserError.usage(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] line(Model model, ProviderConfig provider) {
        Endpoint endpoint =
                model.urlsAt(provider.endpoints()).stream()
                        .findFirst()
                        .orElse(Endpoint.CHAT_COMPLETIONS);
        return """
        {"custom_id":"check","method":"POST","url":"%s","body":{"model":%s,%s}}"""
                .formatted(
                        endpoint.url(), JsonBytes.quoted(model.name()), endpoint.smallestQuestion())
                .getBytes(UTF_8);
    }

    private static Outcome outcome(Pending pending) {
        CallReport report = pending.report.join();
        String problem =
                switch (report.verdict()) {
                    case Verdict.Answered _ -> null;
                    case Verdict.Failed failed -> failed.error().code() + ": " + failed.message();
                    case Verdict.SendWindowMissed _ -> "the call was not sent in time";
                };
        return new Outcome(
                pending.model.name(),
                pending.model.provider(),
                pending.key,
                report.took().toMillis(),
                report.verdict() instanceof Verdict.Answered(Verdict.Response response, _)
                        ? answeredBy(response)
                        : null,
                problem);
    }

    /** Returns the model that an answer names; null if it names none. */
    private static @Nullable String answeredBy(Verdict.Response response) {
        if (!(response.body() instanceof ProviderBody.Json(byte[] body))) {
            return null;
        }
        String model = new JsonMapper().readTree(body).path("model").asString("");
        return model.isBlank() ? null : model.replaceAll("\\p{Cntrl}", " ");
    }

    @Override
    public void close() {
        if (simulator != null) {
            simulator.close();
        }
    }
}
