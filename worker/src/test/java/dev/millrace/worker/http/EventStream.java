package dev.millrace.worker.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Writes the response of a streamed chat completion, chunk by chunk. */
final class EventStream {
    static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n";
    static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    static final String DONE = "data: [DONE]\n\n";

    /** The body that all complete streams of this class give. */
    static final String ANSWER =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"content\":\"Héllo 😀\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}";

    private static final String FIRST = event(choice("{\"content\":\"Hé\"}", "null"));
    static final String EVENTS =
            FIRST
                    + event(choice("{\"content\":\"llo 😀\"}", "null"))
                    + event(choice("{}", "\"stop\""))
                    + event(
                            "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}");

    private final OutputStream out;

    EventStream(OutputStream out) {
        this.out = out;
    }

    private static String choice(String delta, String finish) {
        return "\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]"
                .formatted(delta, finish);
    }

    private static String event(String fields) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\"," + fields + "}\n\n";
    }

    /** Returns a script that sends the text as the chunks of one stream, and ends the body. */
    static RawServer.Script of(String text, int chunkBytes) {
        return (out, _) -> {
            var stream = new EventStream(out).head();
            byte[] bytes = text.getBytes(UTF_8);
            for (int at = 0; at < bytes.length; at += chunkBytes) {
                stream.chunk(
                        Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + chunkBytes)));
            }
            stream.end();
        };
    }

    EventStream head() throws IOException {
        return raw(HEAD + CHUNKED);
    }

    EventStream chunk(String text) throws IOException {
        return chunk(text.getBytes(UTF_8));
    }

    EventStream chunk(byte[] bytes) throws IOException {
        raw(Integer.toHexString(bytes.length) + "\r\n");
        out.write(bytes);
        return raw("\r\n");
    }

    EventStream raw(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
        return this;
    }

    void end() throws IOException {
        raw("0\r\n\r\n");
    }
}
