package dev.millrace.simulator.http;

import dev.millrace.yaml.problem.Problem;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads request bodies and sends JSON responses. */
final class JsonHttp {
    private JsonHttp() {}

    static void send(ServerResponse response, int status, JsonNode body) {
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.send(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the body of a change that was made. */
    static ObjectNode ok() {
        return JsonNodeFactory.instance.objectNode().put("status", "ok");
    }

    static void sendProblem(ServerResponse response, int status, String message) {
        sendProblems(
                response,
                status,
                List.of(new Problem("request", OptionalInt.empty(), "", message)));
    }

    static void sendProblems(ServerResponse response, int status, List<Problem> problems) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode list = body.putArray("problems");
        for (Problem problem : problems) {
            list.addObject().put("path", problem.keyPath()).put("message", problem.message());
        }
        send(response, status, body);
    }

    static String text(ServerRequest request) {
        return new String(body(request), StandardCharsets.UTF_8);
    }

    static byte[] body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try (InputStream in = request.content().inputStream()) {
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
