package dev.millrace.wire.error;

import static dev.millrace.wire.error.Signatures.says;
import static dev.millrace.wire.error.Signatures.states;
import static dev.millrace.wire.error.Signatures.statesOnPage;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.wire.error.Signatures.Meaning;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps the status and body of an unsuccessful response to an error code. A body overrides its
 * status, because many providers and gateways choose a status loosely.
 *
 * <p>A page comes from a firewall, load balancer or web server before the API. Its 403 does not
 * refer to the key, nor its 400 to the request: both are failures like a 503. Its 401 refers to the
 * key, because web servers check the keys of some providers.
 *
 * @see <a href="https://github.com/perplexityai/api-discussion/issues/281">Page for a wrong key</a>
 */
public final class StatusRules {
    /**
     * @see <a href="https://console.groq.com/docs/errors">Flex tier capacity exceeded</a>
     */
    private static final int CAPACITY_OF_GROQ = 498;

    /**
     * Statuses below 500 after which a retry can succeed; 424 is an error of the model at Bedrock.
     */
    private static final Set<Integer> TEMPORARY = Set.of(408, 409, 424, 425, CAPACITY_OF_GROQ, 499);

    /**
     * Statuses of a party that stopped waiting for the answer, so that the model has possibly
     * continued to work:
     *
     * <ul>
     *   <li>408: a server's timeout, as from OpenRouter and Azure
     *   <li>499: Google's and nginx's cancellation
     *   <li>502, 504: a gateway's broken or late upstream
     *   <li>520, 522, 524 (Cloudflare): the origin got the request, but gave no proper answer, no
     *       acknowledgement, or none in time
     *   <li>598, 599: timeouts of other proxies
     * </ul>
     *
     * <p>Cloudflare's 521, 523, 525 and 526 mean that the origin got no request. Other statuses
     * come from the provider itself, which does not bill its refusals.
     *
     * @see <a
     *     href="https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/">Cloudflare
     *     5xx errors</a>
     */
    private static final Set<Integer> UNANSWERED =
            Set.of(408, 499, 502, 504, 520, 522, 524, 598, 599);

    private static final int BAD_REQUEST = 400;
    private static final int RATE_LIMITED = 429;

    /** Statuses of errors that name the fault of the request, and can quote it. */
    private static final Set<Integer> QUOTING = Set.of(BAD_REQUEST, 404, 413, 422);

    /**
     * OpenAI and Groq, for the limit and the tokens of a single request, which no wait makes fit.
     */
    private static final Pattern TOKENS_OF_REQUEST =
            Pattern.compile(
                    "request too large for .{0,300}\\blimit (\\d{1,18}), requested (\\d{1,18})",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private StatusRules() {}

    /** Returns the error code for any status except 200. */
    public static ErrorCode error(int status, ErrorBody body) {
        if (status == 402 || (status >= 400 && isQuota(status, body))) {
            return ErrorCode.QUOTA_EXCEEDED;
        }
        return switch (status) {
            case RATE_LIMITED -> tooMany(body);
            case 413 ->
                    isLongerThanLimit(body) ? ErrorCode.CONTEXT_LENGTH_EXCEEDED : ofRequest(body);
            case BAD_REQUEST -> badRequest(body);
            case 401, 407 -> ErrorCode.AUTHENTICATION_ERROR;
            case 403 -> forbidden(body);
            // For a wrong path or method, a model that was removed, and a wrong protocol.
            case 404, 405, 410, 421, 426 -> notFound(body);
            default -> byClass(status, body);
        };
    }

    /**
     * Returns true if a call was possibly billed although its response has a status other than 200.
     * Another 2xx is not an answer, but the provider has possibly done the work. Some gateways
     * report only in their message that they got no answer.
     */
    public static boolean mayBeBilled(int status, ErrorBody body) {
        return status / 100 == 2
                || UNANSWERED.contains(status)
                || (status >= 500 && says(Meaning.LOST, body));
    }

    /**
     * Returns true if the body is a page, or the text of a firewall. Such a refusal concerns either
     * one request or all requests.
     */
    public static boolean isPage(ErrorBody body) {
        return body.page() != null || states(Meaning.BLOCKED, body);
    }

    private static ErrorCode tooMany(ErrorBody body) {
        return isLongerThanLimit(body)
                ? ErrorCode.CONTEXT_LENGTH_EXCEEDED
                : ErrorCode.RATE_LIMIT_EXCEEDED;
    }

    /**
     * Returns an error of the model, unless the body names something else in the request. A 404
     * without such a body indicates a wrong address, which fails for every request.
     */
    private static ErrorCode notFound(ErrorBody body) {
        if (statesOnPage(Meaning.BLOCKED, body)) {
            return ErrorCode.SERVER_ERROR;
        }
        boolean isOfRequest = says(Meaning.MISSING_PART, body) && !says(Meaning.MODEL, body);
        return isOfRequest ? ErrorCode.VALIDATION_ERROR : ErrorCode.MODEL_NOT_FOUND;
    }

    private static ErrorCode byClass(int status, ErrorBody body) {
        if (status == 500) {
            // Some servers fail if they cannot take a request.
            ErrorCode ofRequest = ofRequest(body);
            return ofRequest == ErrorCode.VALIDATION_ERROR ? ErrorCode.SERVER_ERROR : ofRequest;
        }
        if (status > 500 || TEMPORARY.contains(status)) {
            return ErrorCode.SERVER_ERROR;
        }
        if (status < 400) {
            // A redirect is an error of the address.
            return status >= 300 ? ErrorCode.MODEL_NOT_FOUND : ErrorCode.INVALID_RESPONSE;
        }
        return isPage(body) ? ErrorCode.SERVER_ERROR : ofRequest(body);
    }

    /** Some providers answer 400 for any reason. */
    private static ErrorCode badRequest(ErrorBody body) {
        if (states(Meaning.BAD_KEY, body)) {
            return ErrorCode.AUTHENTICATION_ERROR;
        }
        if (states(Meaning.BAD_MODEL, body) || statesOnPage(Meaning.BAD_ADDRESS, body)) {
            return ErrorCode.MODEL_NOT_FOUND;
        }
        if (isRateLimit(body)) {
            return ErrorCode.RATE_LIMIT_EXCEEDED;
        }
        ErrorCode ofRequest = ofRequest(body);
        boolean isBusy =
                names(BAD_REQUEST, body) ? states(Meaning.BUSY, body) : says(Meaning.BUSY, body);
        return ofRequest == ErrorCode.VALIDATION_ERROR && (isBusy || isPage(body))
                ? ErrorCode.SERVER_ERROR
                : ofRequest;
    }

    /**
     * Returns an authentication error, unless the body names the content, the model or a limit, or
     * is a page.
     */
    private static ErrorCode forbidden(ErrorBody body) {
        if (states(Meaning.BAD_MODEL, body)) {
            return ErrorCode.MODEL_NOT_FOUND;
        }
        if (says(Meaning.CONTENT_FILTER, body)) {
            return ErrorCode.CONTENT_FILTERED;
        }
        if (says(Meaning.BUSY, body) || isPage(body)) {
            return ErrorCode.SERVER_ERROR;
        }
        return isRateLimit(body) ? ErrorCode.RATE_LIMIT_EXCEEDED : ErrorCode.AUTHENTICATION_ERROR;
    }

    /**
     * Returns true if a code or name reports a limit; a message can mention limits for other
     * reasons.
     */
    private static boolean isRateLimit(ErrorBody body) {
        return names(RATE_LIMITED, body);
    }

    private static boolean names(int status, ErrorBody body) {
        return body.names().stream().anyMatch(it -> Signatures.status(it).orElse(0) == status);
    }

    private static ErrorCode ofRequest(ErrorBody body) {
        if (says(Meaning.CONTEXT_LENGTH, body)) {
            return ErrorCode.CONTEXT_LENGTH_EXCEEDED;
        }
        if (says(Meaning.CONTENT_FILTER, body)) {
            return ErrorCode.CONTENT_FILTERED;
        }
        return ErrorCode.VALIDATION_ERROR;
    }

    /**
     * Returns true if the account is out of credit. If the status, a code or a wait suggests
     * another cause, only a code for missing credit counts, or a message that begins with it.
     */
    static boolean isQuota(int status, ErrorBody body) {
        boolean hasOtherCause =
                QUOTING.contains(status)
                        || names(BAD_REQUEST, body)
                        || states(Meaning.CONTENT_FILTER, body)
                        || states(Meaning.CONTEXT_LENGTH, body)
                        || isRateLimit(body)
                        || asksForWait(body);
        return (hasOtherCause ? states(Meaning.QUOTA, body) : says(Meaning.QUOTA, body))
                && !says(Meaning.THROTTLED, body);
    }

    private static boolean asksForWait(ErrorBody body) {
        return body.retryAfter() != null
                || (body.message() != null && Signatures.wait(body.message()).isPresent());
    }

    /** Returns true if a single request asks for more tokens than the limit of a minute. */
    private static boolean isLongerThanLimit(ErrorBody body) {
        Matcher tokens = TOKENS_OF_REQUEST.matcher(body.message() == null ? "" : body.message());
        return tokens.find() && Long.parseLong(tokens.group(2)) > Long.parseLong(tokens.group(1));
    }
}
