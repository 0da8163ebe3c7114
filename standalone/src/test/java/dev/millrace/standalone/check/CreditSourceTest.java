package dev.millrace.standalone.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.contracts.job.Wire;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreditSourceTest {
    private static Optional<CreditSource> source(String name, String url) {
        return CreditSource.of(name, ProviderConfig.of(Wire.OPENAI, URI.create(url)));
    }

    @ParameterizedTest
    @CsvSource({
        "mine, https://openrouter.ai/api/v1, key",
        "mine, https://api.deepseek.com/v1, /user/balance",
        "mine, https://api.moonshot.cn/v1, users/me/balance",
        "openrouter, http://proxy.internal/v1, key"
    })
    void isKnownByDomainOrName(String name, String url, String path) {
        assertThat(source(name, url)).map(CreditSource::path).contains(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://api.openai.com/v1", "https://notdeepseek.com/v1"})
    void otherProvidersTellNothing(String url) {
        assertThat(source("mine", url)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openrouter|{'data':{'limit':100,'limit_remaining':74.5}}|74.5 USD",
                "openrouter|{'data':{'limit':null,'limit_remaining':null}}|no limit",
                "deepseek|{'balance_infos':[{'currency':'CNY','total_balance':'110.00'},{'currency':'USD','total_balance':'3'}]}|110.00 CNY, 3 USD",
                "moonshot|{'data':{'available_balance':49.58894}}|49.58894 USD"
            })
    void amountsHaveTheirCurrency(String name, String answer, String left) {
        assertThat(source(name, "http://h").orElseThrow().read(bytes(answer))).contains(left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "<html>", "{'data':{'limit_remaining':'soon'}}"})
    void answersWithoutAnAmountTellNothing(String answer) {
        assertThat(source("openrouter", "http://h").orElseThrow().read(bytes(answer))).isEmpty();
    }

    @Test
    void nameOfAnotherProviderIsNotEnough() {
        assertThat(source("router", "http://h")).isEmpty();
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(UTF_8);
    }
}
