package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.Method;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongPathTest {
    private static final List<HttpRoute> ROUTES =
            List.of(
                    HttpRoute.post("chat/completions", _ -> {}),
                    HttpRoute.post("completions", _ -> {}),
                    HttpRoute.post("messages", _ -> {}),
                    HttpRoute.post("messages/batches", _ -> {}),
                    HttpRoute.get("models", _ -> {}),
                    HttpRoute.get("models/{id}", _ -> {}),
                    HttpRoute.get("files/{id}/content", _ -> {}));

    private static String message(Method method, String sent) {
        return WrongPath.error(method, sent, "/v1", ROUTES).text();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions/, /v1/chat/completions",
        "//v1/chat/completions, /v1/chat/completions",
        "/v1//chat/completions, /v1/chat/completions",
        "/v1/v1/chat/completions, /v1/chat/completions",
        "/v1/chat/completions/chat/completions, /v1/chat/completions",
        "/chat/completions, /v1/chat/completions",
        "/openai/deployments/m/chat/completions, /v1/chat/completions",
        "/completions, /v1/completions",
        "/api/v1/messages, /v1/messages",
        "/messages/batches/, /v1/messages/batches"
    })
    void endOfAPathShowsTheRightOne(String sent, String right) {
        assertThat(message(Method.POST, sent))
                .contains("no path " + sent + "; use " + right + " (the base URL");
    }

    @ParameterizedTest
    @CsvSource({
        "/models, /v1/models",
        "/v1/v1/models/m, /v1/models/m",
        "/files/f-1/content, /v1/files/f-1/content",
        "/chat/completions, /v1/chat/completions"
    })
    void pathWithAVariableIsFound(String sent, String right) {
        assertThat(message(Method.GET, sent)).contains("; use " + right + " (");
    }

    @ParameterizedTest
    @CsvSource({"/v1beta/models/m:generateContent", "/", "/v1", "/favicon.ico", "/%zz"})
    void otherPathNamesTheBaseUrl(String sent) {
        assertThat(message(Method.POST, sent))
                .contains("no path " + sent)
                .contains("begin with /v1/");
    }

    @Test
    void longPathIsCut() {
        assertThat(message(Method.GET, "/" + "x".repeat(8_000))).hasSizeLessThan(400);
    }
}
