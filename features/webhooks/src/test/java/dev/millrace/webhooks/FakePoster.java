package dev.millrace.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.webhooks.http.Poster;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.http.Poster.SignedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A receiver that remembers requests and answers as the test says. */
final class FakePoster implements Poster {
    final List<SignedRequest> requests = new ArrayList<>();
    ReceiverAnswer answer = status(200);

    /** Runs while an event is posted. */
    Runnable onPost = () -> {};

    static ReceiverAnswer status(int status) {
        return new ReceiverAnswer.Received(status, Optional.empty(), "");
    }

    @Override
    public ReceiverAnswer post(SignedRequest request) {
        requests.add(request);
        onPost.run();
        return answer;
    }

    List<String> bodies() {
        return requests.stream().map(it -> new String(it.body(), UTF_8)).toList();
    }

    List<String> ids() {
        return requests.stream().map(SignedRequest::id).toList();
    }

    @Override
    public void close() {}
}
