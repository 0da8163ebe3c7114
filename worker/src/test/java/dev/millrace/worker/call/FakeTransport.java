package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.answer.Exchange;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.wire.ResponseHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Returns the same answer for each call. */
final class FakeTransport implements Transport {
    static final Exchange.Responded ANSWER = responded(200, "{\"choices\":[]}");

    final List<ProviderRequest> sent = new ArrayList<>();
    Exchange exchange = ANSWER;
    @Nullable RuntimeException fault;

    static Exchange.Responded responded(int status, String body) {
        return new Exchange.Responded(status, ResponseHeaders.NONE, body.getBytes(UTF_8));
    }

    @Override
    public Exchange exchange(ProviderRequest outgoing, String model, Window window) {
        sent.add(outgoing);
        if (fault != null) {
            throw fault;
        }
        return exchange;
    }

    @Override
    public void close() {}
}
