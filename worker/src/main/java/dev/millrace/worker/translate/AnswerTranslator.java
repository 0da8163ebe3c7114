package dev.millrace.worker.translate;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.TranslationNote;
import dev.millrace.wire.translate.Translation;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Translates the answer to a translated request into the shape that the job's endpoint promises.
 * The billing stays as the provider reported it.
 */
public final class AnswerTranslator {
    private final Translation translation;
    private final List<String> omittedHints;
    private final TranslationBudget budget;

    /**
     * Creates the translator of one call.
     *
     * @param omittedHints paths of the request's fields and headers that were left out
     */
    AnswerTranslator(Translation translation, List<String> omittedHints, TranslationBudget budget) {
        this.translation = translation;
        this.omittedHints = List.copyOf(omittedHints);
        this.budget = budget;
    }

    /**
     * Translates the response of a verdict, if it has one. A body that has no counterpart stays as
     * the provider sent it: the answer becomes an invalid response, an error keeps its code.
     *
     * @param verdict the verdict on the called endpoint's own response
     * @param received when the response came
     */
    public Verdict translate(Verdict verdict, Instant received) {
        return switch (verdict) {
            case Verdict.Answered answered -> answer(answered, received);
            case Verdict.Failed failed when failed.response() != null ->
                    error(failed, failed.response());
            case Verdict.Failed failed -> failed;
            case Verdict.SendWindowMissed missed -> missed;
        };
    }

    private Verdict answer(Verdict.Answered answered, Instant received) {
        Verdict.Response response = answered.response();
        byte[] body = json(response.body()).orElseThrow();
        Translation.Answer answer =
                budget.within(
                        body.length,
                        () -> translation.answer(body, usage(answered.billing()), received));
        return switch (answer) {
            case Translation.Answer.Translated(var translated, var omitted) ->
                    ProviderBody.of(translated) instanceof ProviderBody.Json json
                            ? new Verdict.Answered(
                                    response.translated(json, note(omitted)), answered.billing())
                            // Arguments of a tool become objects, which can be nested too deeply.
                            : unusable(answered, "it is nested too deeply");
            case Translation.Answer.Unusable(var reason) -> unusable(answered, reason);
        };
    }

    private Verdict unusable(Verdict.Answered answered, String reason) {
        Verdict.Response response = answered.response();
        return new Verdict.Failed(
                ErrorCode.INVALID_RESPONSE,
                "the provider's answer cannot be translated to "
                        + translation.job().url()
                        + ": "
                        + reason,
                response.translated(response.body(), note(List.of())),
                null,
                answered.billing());
    }

    private static Optional<TokenUsage> usage(Billing billing) {
        return billing instanceof Billing.Billed billed
                ? Optional.of(billed.usage())
                : Optional.empty();
    }

    private Verdict error(Verdict.Failed failed, Verdict.Response response) {
        ProviderBody body =
                json(response.body())
                        .flatMap(it -> error(response.status(), it))
                        .orElse(response.body());
        return new Verdict.Failed(
                failed.error(),
                failed.message(),
                response.translated(body, note(List.of())),
                failed.retryAfter(),
                failed.billing());
    }

    private Optional<ProviderBody> error(int status, byte[] body) {
        return budget.within(body.length, () -> translation.error(status, body))
                .map(ProviderBody.Json::new);
    }

    private static Optional<byte[]> json(ProviderBody body) {
        return switch (body) {
            case ProviderBody.Json(byte[] bytes) -> Optional.of(bytes);
            case ProviderBody.Text _ -> Optional.empty();
        };
    }

    private TranslationNote note(List<String> omittedFields) {
        return new TranslationNote(
                translation.called(),
                Stream.concat(
                                omittedHints.stream(),
                                omittedFields.stream().map(path -> "response.body." + path))
                        .toList());
    }
}
