package dev.millrace.worker.breaker;

import dev.millrace.contracts.error.BreakerEffect;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.BreakerId.Scope;
import java.util.Set;

/** The evidence that a call's report gives about a provider, a model or a key. */
enum Evidence {
    /** Calls succeed in this scope. */
    SUCCESS,
    /** The call failed, which counts towards the failure rate. */
    FAILURE,
    /** All calls will fail until a key, the account or the configuration changes. */
    FATAL,
    /** No evidence about this scope. */
    NONE;

    /** An internal error, and gateways that did not wait for the answer (524 is Cloudflare's). */
    private static final Set<Integer> MAY_BE_OF_REQUEST = Set.of(500, 504, 524);

    private static final Set<Integer> PERMANENT_REDIRECTS = Set.of(301, 308);

    static Evidence of(Scope scope, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Answered _ -> SUCCESS;
            case Verdict.SendWindowMissed _ -> NONE;
            case Verdict.Failed failed when failed.repetition() == Verdict.Repetition.AT_ONCE ->
                    NONE;
            case Verdict.Failed failed ->
                    switch (scope) {
                        case PROVIDER -> ofProvider(failed);
                        case MODEL -> ofModel(failed);
                        case KEY -> ofKey(failed);
                    };
        };
    }

    /**
     * Returns the evidence from a refusal of a key that has just served another model. The model is
     * at fault, for example because the account cannot use it, or because it has a separate quota.
     */
    static Evidence ofModelAlone(Scope scope, Verdict verdict) {
        return switch (scope) {
            case PROVIDER -> of(scope, verdict);
            case MODEL -> FATAL;
            case KEY -> NONE;
        };
    }

    /**
     * Only a connection that cannot be opened is evidence about a whole provider. Other failures
     * can belong to one model, which must not hold back the others.
     */
    private static Evidence ofProvider(Verdict.Failed failed) {
        if (isUnreachable(failed)) {
            return FAILURE;
        }
        boolean isSent = !(failed.billing() instanceof Billing.Nothing);
        return isSent || failed.response() != null ? SUCCESS : NONE;
    }

    private static Evidence ofModel(Verdict.Failed failed) {
        return switch (failed.error().breakerEffect()) {
            case OPENS -> FATAL;
            case COUNTS -> isUnreachable(failed) ? NONE : FAILURE;
            case OPENS_KEY -> NONE;
            case LOWERS_PACE, NONE -> failed.response() == null ? NONE : SUCCESS;
        };
    }

    private static Evidence ofKey(Verdict.Failed failed) {
        return switch (failed.error().breakerEffect()) {
            case OPENS_KEY -> FATAL;
            // Some providers check the path and the model before the key.
            case OPENS, COUNTS -> NONE;
            case LOWERS_PACE, NONE -> failed.response() == null ? NONE : SUCCESS;
        };
    }

    /** Returns true when nothing was sent because the provider is unreachable. */
    private static boolean isUnreachable(Verdict.Failed failed) {
        return (failed.error() == ErrorCode.CONNECTION_ERROR || failed.error() == ErrorCode.TIMEOUT)
                && failed.response() == null
                && failed.billing() instanceof Billing.Nothing;
    }

    /**
     * Returns true for a permanent redirect, by its status: a next call would be redirected again.
     */
    static boolean isPermanent(Verdict verdict) {
        return verdict instanceof Verdict.Failed failed
                && failed.response() != null
                && PERMANENT_REDIRECTS.contains(failed.response().status());
    }

    /**
     * Returns true when the failure cannot be the job's fault while the breaker of its provider or
     * model is open. A status 500, 504 or 524 can be the job's fault: some requests cause an
     * internal error or a late answer each time. So can the page of a firewall that lets other
     * requests pass.
     *
     * @param hasAnswered true if another call of the model has succeeded
     */
    static boolean isOfProvider(Verdict verdict, boolean hasAnswered) {
        return verdict instanceof Verdict.Failed failed
                && failed.error().breakerEffect() == BreakerEffect.COUNTS
                && (failed.response() == null || !mayBeOfRequest(failed.response(), hasAnswered));
    }

    private static boolean mayBeOfRequest(Verdict.Response response, boolean hasAnswered) {
        return MAY_BE_OF_REQUEST.contains(response.status())
                || (response.isPage() && response.status() < 500 && hasAnswered);
    }
}
