package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Repeats calls and streams with their {@code Idempotency-Key} at any gateway. Thread-safe. */
final class RepeatedCalls {
    private static final int OK = 200;
    private static final Pattern TOKEN = Pattern.compile("\"content\":\"([^\"]*)\"");
    private static final Pattern ERROR =
            Pattern.compile("^data: (\\{\"error\":.*)$", Pattern.MULTILINE);
    private static final Set<String> INTERRUPTED =
            Set.of("timeout", "stream_interrupted", "stream_incomplete");
    private static final JsonMapper JSON = new JsonMapper();

    private final GatewayClient client;
    private final ExecutorService executor;
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /** The kinds of a client's calls. */
    enum Kind {
        CHAT("/chat/completions"),
        STREAM("/chat/completions"),
        MESSAGE("/messages");

        private final String path;

        Kind(String path) {
            this.path = path;
        }
    }

    /**
     * @param executor runs concurrent repetitions of a call
     */
    RepeatedCalls(GatewayClient client, ExecutorService executor) {
        this.client = client;
        this.executor = executor;
    }

    /**
     * An answer that a client received.
     *
     * @param job id of the job
     * @param content the body, or the tokens of a stream
     */
    record Answer(String job, String content) {}

    /** Sends a call twice concurrently and once more after its end. All three get one answer. */
    void call(Kind kind) throws InterruptedException, ExecutionException {
        int number = numbers.incrementAndGet();
        Future<Answer> twin = executor.submit(() -> answer(number, kind));
        Answer first = answer(number, kind);

        assertThat(twin.get()).isEqualTo(first);
        assertThat(answer(number, kind)).isEqualTo(first);
        assertThat(answers.put(first.job(), first)).isNull();
    }

    private Answer answer(int number, Kind kind) {
        Optional<Answer> answer = send(number, kind);
        while (answer.isEmpty()) {
            answer = send(number, kind);
        }
        return answer.get();
    }

    /** Sends a call until it is answered; empty if its stream ends with an error. */
    private Optional<Answer> send(int number, Kind kind) {
        String body =
                """
                {"model":"slow","max_tokens":50,"stream":%b,"messages":[{"role":"user","content":"call %d"}]}
                """
                        .formatted(kind == Kind.STREAM, number);
        HttpResponse<String> answer =
                client.post(
                        kind.toString(),
                        kind.path,
                        "Idempotency-Key",
                        "key-" + number,
                        BodyPublishers.ofString(body));
        assertThat(answer.statusCode()).as(answer::body).isEqualTo(OK);
        String job = answer.headers().firstValue("X-Millrace-Job").orElseThrow();
        return kind == Kind.STREAM
                ? tokens(answer.body()).map(it -> new Answer(job, it))
                : Optional.of(new Answer(job, answer.body()));
    }

    /** Returns the tokens of a stream; empty if it ends with an error. */
    private Optional<String> tokens(String events) {
        var error = ERROR.matcher(events);
        if (error.find()) {
            onError(JSON.readTree(error.group(1)).path("error"));
            return Optional.empty();
        }
        assertThat(events).contains("data: [DONE]");
        return Optional.of(
                TOKEN.matcher(events)
                        .results()
                        .map(it -> it.group(1))
                        .collect(Collectors.joining()));
    }

    private void onError(JsonNode error) {
        if (INTERRUPTED.contains(error.path("code").asString(""))) {
            interrupted.incrementAndGet();
        } else {
            client.refusals().onUnavailable(Kind.STREAM.toString(), error);
        }
    }

    /** Returns the number of streams that broke off after they had begun. */
    int interrupted() {
        return interrupted.get();
    }

    /** Returns the answers by job. */
    Map<String, Answer> answers() {
        return answers;
    }
}
