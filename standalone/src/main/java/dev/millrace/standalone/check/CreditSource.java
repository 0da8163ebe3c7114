package dev.millrace.standalone.check;

import dev.millrace.configuration.ProviderConfig;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The endpoint of a provider that reports the remaining money of a key.
 *
 * @param domain of the provider's base URL
 * @param path below the base URL, or of the host if it begins with a slash
 * @param items JSON pointer to the object with the amount, or to an array of such objects
 * @param amount key of the amount, a number or its text; null means that the key has no limit
 * @param currency currency of the amount, or the key that names it
 */
record CreditSource(String domain, String path, String items, String amount, String currency) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * All known sources.
     *
     * @see <a
     *     href="https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key">OpenRouter</a>
     * @see <a href="https://api-docs.deepseek.com/api/get-user-balance">DeepSeek</a>
     * @see <a href="https://platform.kimi.ai/docs/api/balance">Moonshot</a>
     */
    private static final List<CreditSource> ALL =
            List.of(
                    new CreditSource("openrouter.ai", "key", "/data", "limit_remaining", "USD"),
                    new CreditSource(
                            "deepseek.com",
                            "/user/balance",
                            "/balance_infos",
                            "total_balance",
                            "currency"),
                    new CreditSource(
                            "moonshot.ai", "users/me/balance", "/data", "available_balance", "USD"),
                    new CreditSource(
                            "moonshot.cn",
                            "users/me/balance",
                            "/data",
                            "available_balance",
                            "CNY"));

    /**
     * Returns the source of a provider. Identifies the provider by the domain of its address or,
     * behind a proxy, by its name in the configuration.
     */
    static Optional<CreditSource> of(String provider, ProviderConfig config) {
        String host = config.baseUrl().map(it -> "." + it.getHost()).orElse("");
        return ALL.stream()
                .filter(it -> host.endsWith("." + it.domain))
                .findFirst()
                .or(() -> ALL.stream().filter(it -> it.name().equals(provider)).findFirst());
    }

    private String name() {
        return domain.substring(0, domain.indexOf('.'));
    }

    /** Returns the amounts in an answer, such as {@code 74.5 USD}; empty if it has none. */
    Optional<String> read(byte[] answer) {
        var amounts = new ArrayList<String>();
        try {
            JsonNode found = JSON.readTree(answer).at(items);
            for (JsonNode item : found.isArray() ? found : List.of(found)) {
                amount(item).ifPresent(amounts::add);
            }
        } catch (JacksonException e) {
            return Optional.empty();
        }
        return amounts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", amounts));
    }

    private Optional<String> amount(JsonNode item) {
        JsonNode value = item.path(amount);
        if (value.isNull()) {
            return Optional.of("no limit");
        }
        String unit = item.path(currency).asString(currency);
        if (value.isNumber()) {
            return Optional.of(value.decimalValue().toPlainString() + " " + unit);
        }
        return value.isString()
                ? decimal(value.stringValue()).map(it -> it + " " + unit)
                : Optional.empty();
    }

    private static Optional<String> decimal(String text) {
        try {
            return Optional.of(new BigDecimal(text).toPlainString());
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
