package dev.millrace.gateway.figures;

import dev.millrace.contracts.error.ErrorCode;

/** Advises users on an error, in one or two sentences. */
final class Advice {
    private Advice() {}

    static String of(ErrorCode code) {
        return switch (code) {
            case RATE_LIMIT_EXCEEDED ->
                    "The provider refuses more calls. Lower the model's limits, or add a fallback"
                            + " model or a key.";
            case QUOTA_EXCEEDED ->
                    "The provider's account is out of credit. Top it up; waiting jobs then"
                            + " continue.";
            case AUTHENTICATION_ERROR ->
                    "The provider rejects the key. Correct it. A key from a file is read again; otherwise"
                            + " restart the workers.";
            case MODEL_NOT_FOUND ->
                    "The provider does not know the model. Correct upstream_model, then run"
                            + " \"millrace check\".";
            case SERVER_ERROR ->
                    "The provider fails. See its status page; add a fallback model. Then send the"
                            + " failed jobs again.";
            case TIMEOUT ->
                    "The provider answers too slowly. Raise the timeouts or lower max_tokens. Then"
                            + " send the failed jobs again.";
            case CONNECTION_ERROR ->
                    "The provider cannot be reached. Check base_url, DNS, proxy and TLS. Then send"
                            + " the failed jobs again.";
            case INVALID_RESPONSE ->
                    "The provider answered with something that is no answer. Check base_url and"
                            + " wire.";
            case RESPONSE_TOO_LARGE ->
                    "Raise topics.max_response_bytes, or lower max_tokens of the job.";
            case VALIDATION_ERROR ->
                    "The request is wrong for this model. Correct it as the message says.";
            case CONTEXT_LENGTH_EXCEEDED ->
                    "The prompt is too long. Shorten it, or choose a model with a larger context"
                            + " window.";
            case CONTENT_FILTERED ->
                    "The provider's filter refused it. Change the prompt, or allow a fallback with"
                            + " fallback_on.";
            case BUDGET_EXCEEDED ->
                    "Raise the limit with \"millrace budget set\" or the job's max_cost_usd.";
            case DEADLINE_EXCEEDED ->
                    "The job was too late. Give it a later deadline or a higher priority.";
            case CANCELLED -> "Somebody cancelled the job. Send it again if you need it.";
            case UNKNOWN_MODEL ->
                    "No model in service has this name. Correct body.model, set the key of its"
                            + " provider, or add the model as the message says.";
            case MALFORMED_REQUEST ->
                    "The line is no request. Correct it as the message says, and send it again.";
            case DUPLICATE -> "Nothing to do: the same job is running or has finished.";
            case DUPLICATE_CUSTOM_ID ->
                    "Give the line another custom_id; another request of the batch has it.";
            case INTERNAL_ERROR -> "A fault of Millrace. Report it with the message and the log.";
        };
    }
}
