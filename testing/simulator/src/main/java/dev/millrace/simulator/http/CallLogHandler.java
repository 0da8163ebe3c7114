package dev.millrace.simulator.http;

import dev.millrace.simulator.calllog.CallLog;
import dev.millrace.simulator.calllog.LoggedCall;
import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.JsonNodeFactory;

/** Streams the ledger as JSON lines, page by page, so that memory does not grow with the ledger. */
final class CallLogHandler {
    private static final int BAD_REQUEST = 400;

    private final CallLog ledger;

    CallLogHandler(CallLog ledger) {
        this.ledger = ledger;
    }

    void handle(ServerRequest request, ServerResponse response) throws IOException {
        long since;
        long limit;
        try {
            since = number(request.query(), "since", 0);
            limit = number(request.query(), "limit", Long.MAX_VALUE);
        } catch (NumberFormatException wrong) {
            JsonHttp.send(
                    response,
                    BAD_REQUEST,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("error", "since and limit must be whole numbers"));
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/x-ndjson");
        response.header(
                "x-ledger-entries-not-kept", Long.toString(ledger.summary().entriesNotKept()));
        try (OutputStream out = response.outputStream()) {
            write(out, since, limit, filter(request.query()));
        }
    }

    private void write(OutputStream out, long since, long limit, Predicate<LoggedCall> filter)
            throws IOException {
        long left = limit;
        List<LoggedCall> page = ledger.page(since);
        while (!page.isEmpty() && left > 0) {
            for (LoggedCall entry : page) {
                if (left > 0 && filter.test(entry)) {
                    out.write((entry.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
                    left--;
                }
            }
            page = ledger.page(page.getLast().sequence());
        }
    }

    private static Predicate<LoggedCall> filter(Parameters query) {
        Optional<String> model = query.first("model").asOptional();
        Optional<String> outcome = query.first("outcome").asOptional();
        Optional<String> billed = query.first("billed").asOptional();
        Optional<String> key = query.first("idempotency_key").asOptional();
        return entry ->
                model.map(entry.model()::equals).orElse(true)
                        && outcome.map(entry.outcome().key()::equals).orElse(true)
                        && billed.map(value -> entry.billed() == Boolean.parseBoolean(value))
                                .orElse(true)
                        && key.map(value -> value.equals(entry.caller().idempotencyKey()))
                                .orElse(true);
    }

    private static long number(Parameters query, String name, long fallback) {
        return query.first(name).map(Long::parseLong).orElse(fallback);
    }
}
