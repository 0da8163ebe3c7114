package dev.millrace.gateway.answer;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.usage.UsageFinder;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.CallerLimits;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.job.AwaitedResult;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobWaits;
import dev.millrace.gateway.serving.ControlWaits;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts a request against the limits of its caller: an estimate before its job is published, the
 * usage afterwards. Used by the thread of the request.
 */
public final class CallerAdmission implements JobClient.Admission {
    /** Rough size of a token. */
    private static final long BYTES_PER_TOKEN = 4;

    /**
     * More tokens than any model generates in one call. Caps the limit that a body names, which
     * must neither overflow nor use up the caller's limit for years.
     */
    static final long MAX_OUTPUT_TOKENS = 1_000_000;

    private final Exchange exchange;
    private CallerLimits.@Nullable Admission counted;
    private @Nullable Endpoint endpoint;
    private String model = "";

    public CallerAdmission(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void admit(RequestLine line) {
        Long output = line.maxOutputTokens();
        long tokens =
                line.body().length() / BYTES_PER_TOKEN
                        + (output == null ? 0 : Math.min(output, MAX_OUTPUT_TOKENS));
        requireFallbacks(line);
        counted = exchange.admit(line.model(), tokens);
        endpoint = line.endpoint();
        model = line.model();
    }

    /**
     * Returns the reason why the job of the call waits, as the end of a sentence; empty if unknown.
     */
    public String reasons(JobWaits waits) {
        Caller caller = exchange.caller();
        return waits.text(
                new ControlWaits.Scope(
                        caller.tenant(),
                        caller.batch(),
                        caller.apiKey(),
                        model.isEmpty() ? Set.of() : Set.of(model)));
    }

    /** Checks the models of a request that was counted before. */
    public void admitRepeat(RequestLine line) {
        exchange.require(line.model());
        requireFallbacks(line);
    }

    private void requireFallbacks(RequestLine line) {
        List<String> fallback = line.options().fallback();
        if (fallback != null) {
            fallback.forEach(exchange::require);
        }
    }

    /** Counts no tokens, because the request was refused. */
    public void onRefused() {
        settle(0);
    }

    /**
     * Replaces the estimate by the usage that the job's answer reports, or by 0 if the job failed
     * without usage.
     */
    public void settle(AwaitedResult ended) {
        byte[] body = ended.body();
        OptionalLong used =
                body == null || counted == null
                        ? OptionalLong.empty()
                        : UsageFinder.tokens(body, endpoint);
        if (used.isPresent()) {
            settle(used.getAsLong());
        } else if (ended.errorCode().isPresent()) {
            settle(0);
        }
        counted = null;
    }

    private void settle(long tokens) {
        var admission = counted;
        counted = null;
        if (admission != null) {
            admission.settle(tokens);
        }
    }
}
