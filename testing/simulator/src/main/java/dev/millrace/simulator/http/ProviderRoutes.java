package dev.millrace.simulator.http;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.calllog.CallLog;
import dev.millrace.simulator.provider.Call;
import dev.millrace.simulator.provider.CallPlan;
import dev.millrace.simulator.provider.Provider;
import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.ProviderError;
import dev.millrace.simulator.wire.WireError;
import dev.millrace.simulator.wire.WireFormat;
import dev.millrace.simulator.wire.WireHeaders;
import dev.millrace.simulator.wire.body.ModelsWire;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Routes of the provider's API: {@code /v1}, and operations below any other prefix. */
final class ProviderRoutes {
    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("idempotency-key");
    private static final HeaderName X_API_KEY = HeaderNames.create("x-api-key");

    /** Azure's header. */
    private static final HeaderName API_KEY = HeaderNames.create("api-key");

    /** Azure's query parameter. */
    private static final String API_VERSION = "api-version";

    private static final HeaderName ANTHROPIC_VERSION = HeaderNames.create("anthropic-version");
    private static final String BEARER = "bearer ";
    private static final String MODELS = "/v1/models";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    /** Longer idempotency keys are truncated, since the ledger keeps each key. */
    private static final int MAX_IDEMPOTENCY_KEY = 255;

    private final Provider provider;
    private final CallLog ledger;
    private final LongSupplier ticker;
    private final InFlightCalls inFlight;

    ProviderRoutes(Provider provider, CallLog ledger, LongSupplier ticker, InFlightCalls inFlight) {
        this.provider = provider;
        this.ledger = ledger;
        this.ticker = ticker;
        this.inFlight = inFlight;
    }

    void add(HttpRouting.Builder routing) {
        routing.get(MODELS, this::models);
        routing.get(MODELS + "/*", this::model);
        routing.post("/*", this::post);
        routing.any("/v1/*", this::unknownPath);
    }

    private void post(ServerRequest request, ServerResponse response) {
        Optional<CallTarget> target = CallTarget.of(request.path().path());
        if (target.isEmpty()) {
            response.next();
        } else if (target.get().needsApiVersion() && !request.query().contains(API_VERSION)) {
            JsonHttp.send(response, NOT_FOUND, azureNotFound());
        } else if (target.get().operation() == Operation.MESSAGES
                && !request.headers().contains(ANTHROPIC_VERSION)) {
            ProviderError error =
                    ProviderError.invalid("anthropic-version: header is required", null);
            send(response, WireFormat.ANTHROPIC, error);
        } else {
            call(target.get(), request, response);
        }
    }

    /** Returns Azure's error for a path without {@code api-version}. */
    private static ObjectNode azureNotFound() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("code", "404").put("message", "Resource not found");
        return body;
    }

    private void call(CallTarget target, ServerRequest request, ServerResponse response) {
        byte[] body = JsonHttp.body(request);
        Call call =
                new Call(
                        provider.nextId(),
                        target.operation(),
                        target.deployment(),
                        key(request),
                        idempotencyKey(request));
        inFlight.begin();
        try {
            run(call, provider.plan(call, body), response);
        } finally {
            inFlight.end();
        }
    }

    private void run(Call call, CallPlan plan, ServerResponse response) {
        try {
            CallRecorder recorder = new CallRecorder(ledger, ticker, call, plan);
            new CallExecutor(call, plan, response, recorder, inFlight::isStopping).run();
        } finally {
            plan.onEnd().run();
        }
    }

    private void models(ServerRequest request, ServerResponse response) {
        CallId id = provider.nextId();
        WireFormat wire = wire(request);
        send(response, wire, id, OK, ModelsWire.list(wire, provider.models().names(), id));
    }

    private void model(ServerRequest request, ServerResponse response) {
        CallId id = provider.nextId();
        WireFormat wire = wire(request);
        String model = request.path().path().substring(MODELS.length() + 1);
        send(response, wire, id, OK, ModelsWire.one(wire, model, id));
    }

    private void unknownPath(ServerRequest request, ServerResponse response) {
        String url = request.prologue().method().text() + " " + request.path().path();
        ProviderError error =
                new ProviderError(
                        WireError.UNKNOWN_URL, NOT_FOUND, "Invalid URL (" + url + ")", null);
        send(response, wire(request), error);
    }

    private void send(ServerResponse response, WireFormat wire, ProviderError error) {
        CallId id = provider.nextId();
        send(response, wire, id, error.status(), error.body(wire, id));
    }

    /** Sends a body with the headers that identify the request. */
    private static void send(
            ServerResponse response, WireFormat wire, CallId id, int status, JsonNode body) {
        WireHeaders.identity(wire, id)
                .forEach(header -> response.header(header.name(), header.value()));
        JsonHttp.send(response, status, body);
    }

    private static WireFormat wire(ServerRequest request) {
        return request.headers().contains(ANTHROPIC_VERSION)
                ? WireFormat.ANTHROPIC
                : WireFormat.OPENAI;
    }

    private static String key(ServerRequest request) {
        ServerRequestHeaders headers = request.headers();
        String bearer = headers.value(HeaderNames.AUTHORIZATION).orElse("");
        return bearer.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? bearer.substring(BEARER.length()).strip()
                : headers.value(X_API_KEY).or(() -> headers.value(API_KEY)).orElse("");
    }

    private static @Nullable String idempotencyKey(ServerRequest request) {
        String key = request.headers().value(IDEMPOTENCY_KEY).orElse(null);
        return key == null || key.length() <= MAX_IDEMPOTENCY_KEY
                ? key
                : key.substring(0, MAX_IDEMPOTENCY_KEY);
    }
}
