package dev.millrace.router.cache.key;

import dev.millrace.configuration.RouterConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.policy.RuleCache;
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

    /** Returns the mode of a job. */
    public CacheMode mode(RequestLine line) {
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
     * Returns what the calls of identical and of similar requests have in common, besides their
     * scope, url and body.
     */
    public static List<String> call(RequestLine line, Model model, @Nullable Long addedLimit) {
        var call = new ArrayList<String>();
        call.add(model.name());
        call.add(model.provider());
        call.add(model.upstreamModel());
        call.add(addedLimit == null ? "" : addedLimit.toString());
        // At a fallback, only a job with bounded cost gets an output limit.
        call.add(line.isCostBounded() ? "bounded" : "");
        // Enable features of the provider; most jobs have none.
        if (!line.options().headers().isEmpty()) {
            call.add(ProviderHeader.identity(line.options().headers()));
        }
        return call;
    }

    /** Returns the tenants that share answers with a tenant. */
    public String scope(String tenant) {
        return isShared ? "shared" : "tenant " + tenant;
    }

    private String digest(
            String tenant,
            RequestLine line,
            Model model,
            @Nullable Long addedLimit,
            CanonicalBody body) {
        MessageDigest sha256 = Sha256.create();
        Sha256.add(sha256, VERSION);
        Sha256.add(sha256, scope(tenant));
        Sha256.add(sha256, line.endpoint().url());
        call(line, model, addedLimit).forEach(it -> Sha256.add(sha256, it));
        sha256.update(body.digest());
        return HexFormat.of().formatHex(sha256.digest());
    }
}
