package dev.millrace.worker.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Writes the response of a streamed chat completion, chunk by chunk. */
public final class EventStream {
    public static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n";
    public static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    public static final String DONE = "data: [DONE]\n\n";

    /** The body that all complete streams of this class give. */
    public static final String ANSWER =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"content\":\"Héllo 😀\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}";

    private static final String FIRST = event(choice("{\"content\":\"Hé\"}", "null"));
    public static final String EVENTS =
            FIRST
                    + event(choice("{\"content\":\"llo 😀\"}", "null"))
                    + event(choice("{}", "\"stop\""))
                    + event(
                            "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}");

    private final OutputStream out;

    public EventStream(OutputStream out) {
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
    public static RawServer.Script of(String text, int chunkBytes) {
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

    public EventStream head() throws IOException {
        return raw(HEAD + CHUNKED);
    }

    public EventStream chunk(String text) throws IOException {
        return chunk(text.getBytes(UTF_8));
    }

    public EventStream chunk(byte[] bytes) throws IOException {
        raw(Integer.toHexString(bytes.length) + "\r\n");
        out.write(bytes);
        return raw("\r\n");
    }

    public EventStream raw(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
        return this;
    }

    public void end() throws IOException {
        raw("0\r\n\r\n");
    }
}
