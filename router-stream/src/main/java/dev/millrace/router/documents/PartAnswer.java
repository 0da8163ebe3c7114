package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.router.documents.SplitProgress.Failure;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.result.ResultLineReader;
import dev.millrace.wire.answer.AnswerContent;
import org.jspecify.annotations.Nullable;

/**
 * The answer or the failure of a part.
 *
 * @param line the result of the part; null if it is missing or unreadable
 * @param text the text of the answer; empty for a failure
 * @param failure why there is no text; null if there is one
 */
record PartAnswer(@Nullable ResultLine line, String text, @Nullable Failure failure) {
    private static final int MAX_BODY_CHARS = 500;

    static PartAnswer of(PartReply reply) {
        byte[] result = reply.result();
        ResultLine line = result == null ? null : ResultLineReader.read(result).orElse(null);
        if (line == null) {
            return failed(null, codeOf(reply), "it has no result");
        }
        if (!line.isSuccess()) {
            return failed(line, codeOf(line), message(line.outcome()));
        }
        String text = AnswerContent.text(line.outcome());
        return text.isBlank()
                ? failed(line, ErrorCode.INVALID_RESPONSE.code(), "its answer has no text")
                : new PartAnswer(line, text, null);
    }

    private static PartAnswer failed(@Nullable ResultLine line, String code, String message) {
        return new PartAnswer(line, "", new Failure(code, message));
    }

    private static String codeOf(PartReply reply) {
        JobEnd end = reply.end().end();
        return end == null || end.errorCode() == null
                ? ErrorCode.INTERNAL_ERROR.code()
                : end.errorCode();
    }

    private static String codeOf(ResultLine line) {
        ErrorCode code = line.outcome().error();
        return (code == null ? ErrorCode.INTERNAL_ERROR : code).code();
    }

    private static String message(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Unanswered unanswered -> unanswered.message();
            case Outcome.Answered answered ->
                    "the provider answered with status "
                            + answered.statusCode()
                            + ": "
                            + excerpt(answered.body());
        };
    }

    private static String excerpt(ProviderBody body) {
        String text =
                switch (body) {
                    case ProviderBody.Json json -> new String(json.bytes(), UTF_8);
                    case ProviderBody.Text plain -> plain.text();
                };
        return text.length() <= MAX_BODY_CHARS ? text : text.substring(0, MAX_BODY_CHARS) + "…";
    }

    /** Returns the result if the call succeeded, even if its answer has no text; else null. */
    @Nullable ResultLine success() {
        return line != null && line.isSuccess() ? line : null;
    }
}
