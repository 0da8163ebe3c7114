package dev.millrace.router.classify.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.body.RequestBody;
import dev.millrace.router.classify.text.TextSpans;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageDetectorTest {
    /** Takes the first language of the script, and says how many it has. */
    private final LanguageDetector detection =
            new LanguageDetector(
                    List.of(
                            (_, languages) ->
                                    languages.stream()
                                            .sorted()
                                            .map(it -> it + " of " + languages.size())
                                            .findFirst()));

    private static TextSpans text(String text) {
        return RequestBody.of(Requests.chat(text)).question();
    }

    private String language(String text) {
        TextSpans texts = text(text);
        return detection.language(texts, detection.writingSystem(texts)).orElse("");
    }

    @Nested
    class ByScript {
        @ParameterizedTest
        @CsvSource({
            "请问我的订单什么时候到？, zh",
            "請問我的訂單什麼時候到？, zh",
            "好, zh",
            "注文はいつ届きますか, ja",
            "東京都の天気, ja",
            "カタカナ, ja",
            "주문이 언제 도착하나요, ko",
            "คำสั่งซื้อของฉันจะมาถึงเมื่อไหร่, th",
            "Πότε θα φτάσει η παραγγελία, el",
            "מתי תגיע ההזמנה, he",
            "আমার অর্ডার কখন আসবে, bn",
            "எனது ஆர்டர் எப்போது வரும், ta",
            "როდის მოვა ჩემი შეკვეთა, ka",
            "这个 API 返回 404 怎么办, zh",
        })
        void scriptDecidesTheLanguage(String text, String language) {
            assertThat(language(text)).isEqualTo(language);
        }

        @Test
        void quotedKanaInChineseIsIgnored() {
            assertThat(language("这家店叫做优の良品卖的是各种零食和饮料味道非常好")).isEqualTo("zh");
        }

        @Test
        void dominantScriptDecides() {
            assertThat(language("Please explain the meaning of the word 你好 to a beginner"))
                    .isEqualTo("af of 35");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "42", "?!", "🙂", "1 + 1 = 2"})
        void textWithoutLettersHasNoLanguage(String text) {
            assertThat(language(text)).isEmpty();
        }
    }

    @Nested
    class ByLibrary {
        @Test
        void textIsGivenWithTheLanguagesOfItsScript() {
            assertThat(language("Когда придёт мой заказ?")).isEqualTo("be of 8");
        }

        @Test
        void beginningOfALongTextIsGiven() {
            var given = new ArrayList<String>();
            var detection =
                    new LanguageDetector(
                            List.of(
                                    (text, _) -> {
                                        given.add(text);
                                        return Optional.empty();
                                    }));

            var _ = detection.language(text("a".repeat(500)), WritingSystem.LATIN);

            assertThat(given).containsExactly("a".repeat(400));
        }

        @Test
        void fewLettersHaveNoLanguage() {
            assertThat(language("ok yes")).isEmpty();
        }
    }

    @Nested
    class WithoutALibrary {
        private final LanguageDetector scripts = new LanguageDetector(List.of());

        @Test
        void scriptOfOneLanguageDecides() {
            TextSpans text = text("Πότε θα φτάσει η παραγγελία");

            assertThat(scripts.language(text, scripts.writingSystem(text))).contains("el");
        }

        @Test
        void sharedScriptHasNoLanguage() {
            TextSpans text = text("When will my order arrive?");

            assertThat(scripts.language(text, scripts.writingSystem(text))).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"zh, true", "ja, true", "el, true", "en, false", "ru, false", "ar, false"})
        void onlyLanguagesWithTheirOwnScriptAreDetected(String language, boolean isDetected) {
            assertThat(scripts.detects(language)).isEqualTo(isDetected);
            assertThat(detection.detects(language)).isTrue();
        }

        @Test
        void unknownLanguageIsNotMissed() {
            assertThat(scripts.detects("tlh")).isTrue();
        }
    }
}
