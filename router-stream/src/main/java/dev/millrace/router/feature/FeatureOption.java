package dev.millrace.router.feature;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An option of a request, or of its submission, that only a feature fulfils; a router without the
 * feature refuses it.
 */
public enum FeatureOption {
    RETRIEVAL("retrieval", "millrace.retrieval"),
    SPLIT("documents", "millrace.split"),
    SEMANTIC("semantic", "millrace.cache"),
    CACHE("cache", "millrace.cache"),
    BATCH_LIMIT("budget", MillraceHeaders.BATCH_LIMIT_USD);

    private final String feature;
    private final String key;

    FeatureOption(String feature, String key) {
        this.feature = feature;
        this.key = key;
    }

    /** Returns true if the request has any of these options. */
    public static boolean isAnyIn(RequestLine line) {
        return Stream.of(values()).anyMatch(it -> it.isIn(line));
    }

    public boolean isIn(RequestLine line) {
        return isIn(line, null);
    }

    /**
     * Returns true if a request has this option.
     *
     * @param batchLimitUsd limit that the submission declares for its batch; null for none
     */
    public boolean isIn(RequestLine line, @Nullable BigDecimal batchLimitUsd) {
        return switch (this) {
            case BATCH_LIMIT -> batchLimitUsd != null;
            case RETRIEVAL -> line.options().retrieval() != null;
            case SPLIT -> line.options().split() != null;
            case SEMANTIC -> line.options().cache() == CacheMode.SEMANTIC;
            case CACHE -> {
                CacheMode mode = line.options().cache();
                yield mode != null && mode != CacheMode.NONE;
            }
        };
    }

    /** Returns why a router without the feature refuses a request with this option. */
    public Rejection missing() {
        return new Rejection(ErrorCode.VALIDATION_ERROR, missing(key), key);
    }

    /** Returns why a router without the feature cannot apply a setting, or continue a job. */
    public String missing(String setting) {
        return setting + " needs the feature \"" + feature + "\", which this router does not have";
    }
}
