package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;

/** Streams of a few events, given by their data. */
final class TestStream {
    static final StreamLimits LIMITS = new StreamLimits(2_000, 2_000, 500);

    private TestStream() {}

    static AssembledAnswer assemble(Endpoint endpoint, String... data) {
        return assemble(new ExpectedAnswer(endpoint, true), data);
    }

    static AssembledAnswer assemble(ExpectedAnswer expected, String... data) {
        var answer = new StreamedAnswer(expected, LIMITS);
        feed(answer, data);
        return answer.finish();
    }

    static StreamProgress feed(StreamedAnswer answer, String... data) {
        var text = new StringBuilder();
        for (String event : data) {
            text.append("data: ").append(event).append("\n\n");
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        return answer.accept(bytes, 0, bytes.length);
    }

    static AssembledAnswer chat(String... data) {
        return assemble(Endpoint.CHAT_COMPLETIONS, data);
    }

    static AssembledAnswer messages(String... data) {
        return assemble(Endpoint.MESSAGES, data);
    }

    static String choice(String fields) {
        return "{\"choices\":[{\"index\":0," + fields + "}]}";
    }

    static String body(AssembledAnswer answer) {
        return answer instanceof AssembledAnswer.Complete complete
                ? new String(complete.body(), UTF_8)
                : answer.toString();
    }
}
