package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.AnswerResult;
import dev.millrace.simulator.answer.InvalidRequest;
import dev.millrace.simulator.settings.Outage;
import dev.millrace.simulator.wire.ProviderError;
import java.util.Optional;

/**
 * Refuses calls that no limit and no chance decides: outages, keys, unreadable requests, unknown
 * models, empty accounts, {@code fail_first}; in this order.
 */
final class RefusalRules {
    private static final int UNAUTHORIZED = 401;
    private static final int PAYMENT_REQUIRED = 402;

    private final ModelRegistry models;

    RefusalRules(ModelRegistry models) {
        this.models = models;
    }

    /**
     * Returns the error for a call; empty when the call can proceed to the limits.
     *
     * @param account the account of the key; empty when the key is not accepted
     * @param outage the current outage
     */
    Optional<ProviderError> check(
            Call call,
            Optional<ProviderAccount> account,
            Optional<Outage> outage,
            AnswerResult result) {
        Optional<Outage> statusOutage = outage.filter(it -> it.form() == Outage.Form.STATUS);
        if (statusOutage.isPresent()) {
            return status(call, statusOutage.get().status(), "");
        }
        if (account.isEmpty()) {
            return status(call, UNAUTHORIZED, "");
        }
        return switch (result) {
            case InvalidRequest invalid ->
                    Optional.of(ProviderError.invalid(invalid.message(), invalid.param()));
            case Answer answer -> check(call, account.get(), answer.model());
        };
    }

    private Optional<ProviderError> check(Call call, ProviderAccount account, String model) {
        if (account.isOutOfCredit()) {
            return switch (account.settings().whenEmpty()) {
                case INSUFFICIENT_QUOTA ->
                        Optional.of(ProviderError.insufficientQuota(call.wire()));
                case PAYMENT_REQUIRED -> status(call, PAYMENT_REQUIRED, model);
            };
        }
        ModelState state = models.state(model);
        return state.failsFirst(call.idempotencyKey())
                ? status(call, state.settings().failFirst().status(), model)
                : Optional.empty();
    }

    private static Optional<ProviderError> status(Call call, int status, String model) {
        return Optional.of(ProviderError.ofStatus(call.wire(), status, model));
    }
}
