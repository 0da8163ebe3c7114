package dev.millrace.router.cache.key;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.similarity.prompt.NamespaceKey;
import dev.millrace.similarity.prompt.Prompt;
import dev.millrace.similarity.prompt.PromptReader;
import dev.millrace.similarity.prompt.PromptShape;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Computes cache keys. Jobs of one key send equal requests to one model, so that one answer serves
 * them all.
 *
 * @param defaultMode mode of jobs that name none
 * @param isShared whether a tenant can get answers that another tenant paid for
 */
public record CacheKeys(CacheMode defaultMode, boolean isShared) {
    /**
     * Version of the keys. It must change when identical requests get other keys than before, so
     * that old answers are not used.
     */
    private static final String VERSION = "millrace-cache-1";

    /** Returns the keys of jobs that no rule routes. */
    public static CacheKeys of(RouterConfig.Cache configured) {
        return new CacheKeys(configured.mode(), configured.sharedBetweenTenants());
    }

    /** Returns the keys of jobs that a rule routes. */
    public CacheKeys of(RuleCache rule) {
        return new CacheKeys(rule.mode().orElse(defaultMode), rule.shared().orElse(isShared));
    }

    /** Returns true if the job asks for a cached answer, whatever its body contains. */
    public boolean isWanted(RequestLine line) {
        CacheMode mode = mode(line);
        return mode == CacheMode.EXACT || mode == CacheMode.SEMANTIC;
    }

    private CacheMode mode(RequestLine line) {
        CacheMode own = line.options().cache();
        return own == null ? defaultMode : own;
    }

    /**
     * Returns the cache key of a job, 64 hex digits; empty if the job may not be answered from the
     * cache, or if its body is ambiguous.
     *
     * @param model the planned model
     * @param addedLimit output limit that the worker adds to the body; null for none
     */
    public Optional<String> keyOf(
            String tenant, RequestLine line, Model model, @Nullable Long addedLimit) {
        CacheMode mode = mode(line);
        if (mode == CacheMode.NONE) {
            return Optional.empty();
        }
        return CanonicalBody.of(
                        line.bytes(), line.body().start(), line.endpoint().answer().echoesRequest())
                .filter(body -> mode != CacheMode.DETERMINISTIC || body.hasTemperatureZero())
                .map(body -> digest(tenant, line, model, addedLimit, body));
    }

    /**
     * Returns the namespace of a cache key, 64 hex digits. Jobs of one namespace differ only in
     * their user's question, so that they can get the answer to a similar question. Empty if the
     * job excludes such answers, or is not a single short question in plain text.
     *
     * @param model the planned model
     * @param addedLimit output limit that the worker adds to the body; null for none
     */
    public Optional<String> namespaceOf(
            String tenant, RequestLine line, Model model, @Nullable Long addedLimit) {
        if (mode(line) != CacheMode.SEMANTIC) {
            return Optional.empty();
        }
        return shape(line.endpoint())
                .map(
                        shape ->
                                PromptReader.read(
                                        shape,
                                        line.bytes(),
                                        line.body().start(),
                                        line.body().length()))
                .filter(Prompt.class::isInstance)
                .map(Prompt.class::cast)
                .map(
                        prompt ->
                                NamespaceKey.of(
                                        isShared ? "shared" : "tenant " + tenant,
                                        line.endpoint().url(),
                                        call(line, model, addedLimit),
                                        prompt));
    }

    /** Returns how bodies of an endpoint hold their prompt; empty if they are not understood. */
    public static Optional<PromptShape> shape(Endpoint endpoint) {
        if (endpoint.acceptsText() || !endpoint.hasMessages()) {
            return Optional.empty();
        }
        return Optional.of(
                new PromptShape(
                        endpoint.promptKey(), endpoint.textPart(), endpoint.instructsByMessages()));
    }

    private static List<String> call(RequestLine line, Model model, @Nullable Long addedLimit) {
        var call = new ArrayList<String>();
        call.addAll(
                List.of(
                        model.name(),
                        model.provider(),
                        model.upstreamModel(),
                        addedLimit == null ? "" : addedLimit.toString(),
                        line.isCostBounded() ? "bounded" : ""));
        call.addAll(headers(line));
        return call;
    }

    /** Returns the headers that enable features of the provider; none for most jobs. */
    private static List<String> headers(RequestLine line) {
        return line.options().headers().isEmpty()
                ? List.of()
                : List.of(ProviderHeader.identity(line.options().headers()));
    }

    private String digest(
            String tenant,
            RequestLine line,
            Model model,
            @Nullable Long addedLimit,
            CanonicalBody body) {
        MessageDigest sha256 = Sha256.create();
        Sha256.add(sha256, VERSION);
        Sha256.add(sha256, isShared ? "shared" : "tenant " + tenant);
        Sha256.add(sha256, line.endpoint().url());
        Sha256.add(sha256, model.name());
        Sha256.add(sha256, model.provider());
        Sha256.add(sha256, model.upstreamModel());
        Sha256.add(sha256, addedLimit == null ? "" : addedLimit.toString());
        // At a fallback, only a job with bounded cost gets an output limit.
        Sha256.add(sha256, line.isCostBounded() ? "bounded" : "");
        headers(line).forEach(it -> Sha256.add(sha256, it));
        sha256.update(body.digest());
        return HexFormat.of().formatHex(sha256.digest());
    }
}
