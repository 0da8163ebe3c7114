package dev.millrace.gateway.store.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Says in one line why a request to a bucket failed, without addresses of requests or keys. */
final class S3Failure {
    private static final int MOVED = 301;
    private static final int FORBIDDEN = 403;

    private S3Failure() {}

    static String reason(SdkException failure) {
        if (failure instanceof S3Exception answer) {
            return reason(answer);
        }
        Throwable cause = failure.getCause();
        if (cause == null) {
            return String.valueOf(failure.getMessage());
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return "%s (%s)".formatted(cause.getMessage(), cause.getClass().getSimpleName());
    }

    private static String reason(S3Exception answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null ? "" : String.valueOf(details.errorCode());
        return switch (code) {
            case "NoSuchBucket" -> "it does not exist";
            case "InvalidAccessKeyId" -> "the access key id is unknown to the server";
            case "SignatureDoesNotMatch" -> "the secret access key is wrong";
            case "ExpiredToken", "InvalidToken" -> "the key has expired or is invalid";
            case "PermanentRedirect", "AuthorizationHeaderMalformed" -> elsewhere(answer);
            default ->
                    switch (answer.statusCode()) {
                        case MOVED -> elsewhere(answer);
                        case FORBIDDEN -> "the key may not do this: " + described(details, answer);
                        default -> described(details, answer);
                    };
        };
    }

    private static String elsewhere(S3Exception answer) {
        return "it is in another region than the configured one: status " + answer.statusCode();
    }

    private static String described(@Nullable AwsErrorDetails details, S3Exception answer) {
        String status = "status " + answer.statusCode();
        return details == null || details.errorMessage() == null
                ? status
                : "%s, %s: %s".formatted(status, details.errorCode(), details.errorMessage());
    }
}
