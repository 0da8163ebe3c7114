package dev.millrace.bench.http;

import dev.millrace.contracts.config.ProviderConfig;
import dev.millrace.contracts.config.Wire;
import dev.millrace.contracts.config.WorkerConfig;
import dev.millrace.contracts.config.provider.TlsSettings;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.worker.answer.Exchange;
import dev.millrace.worker.body.AnswerLimits;
import dev.millrace.worker.capacity.SlotBounds;
import dev.millrace.worker.http.HttpTransport;
import dev.millrace.worker.http.ProviderRequest;
import dev.millrace.worker.port.Providers.Window;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Calls with the worker's transport, its timeouts and limits included. */
final class WorkerCaller implements HttpCaller {
    private static final String NAME = "bench";
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final HttpTransport transport;
    private final ProviderRequest request;
    private final LongSupplier nanos;

    WorkerCaller(HttpTrial trial, LongSupplier nanos) {
        var worker = WorkerConfig.DEFAULT;
        var slots = new SlotBounds(trial.inFlight(), 1);
        var provider =
                ProviderConfig.of(Wire.OPENAI, trial.address())
                        .withTls(
                                trial.isOverTls()
                                        ? new TlsSettings(Optional.of(trial.authority()))
                                        : TlsSettings.DEFAULT);
        this.transport =
                HttpTransport.create(
                        worker,
                        slots,
                        Map.of(NAME, provider),
                        AnswerLimits.of(worker, slots, MAX_ANSWER_BYTES),
                        nanos);
        this.request =
                new ProviderRequest(
                        NAME,
                        Endpoint.CHAT_COMPLETIONS,
                        trial.target(),
                        Map.of(),
                        HttpTrial.body());
        this.nanos = nanos;
    }

    @Override
    public void call(int thread) throws IOException {
        Exchange exchange =
                transport.exchange(request, NAME, Window.open(nanos.getAsLong()), _ -> {});
        if (!(exchange instanceof Exchange.Responded responded) || responded.status() != OK) {
            throw new IOException("a call ended as " + exchange);
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
