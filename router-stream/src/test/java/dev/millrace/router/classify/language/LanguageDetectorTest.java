package dev.millrace.router.classify.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.body.RequestBody;
import dev.millrace.router.classify.text.TextSpans;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class LanguageDetectorTest {
    private final LanguageDetector detection = new LanguageDetector();

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
                    .isEqualTo("en");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "42", "?!", "🙂", "1 + 1 = 2"})
        void textWithoutLettersHasNoLanguage(String text) {
            assertThat(language(text)).isEmpty();
        }
    }

    @Nested
    class ByLibrary {
        @ParameterizedTest
        @CsvSource({
            "When will my order arrive and who can I ask about it?, en",
            "Wann kommt meine Bestellung an und wen kann ich danach fragen?, de",
            "Quand ma commande arrivera-t-elle et à qui puis-je le demander ?, fr",
            "¿Cuándo llegará mi pedido y a quién puedo preguntar por él?, es",
            "Quando arriverà il mio ordine e a chi posso chiedere?, it",
            "Wanneer komt mijn bestelling aan en aan wie kan ik het vragen?, nl",
            "Kiedy dotrze moje zamówienie i kogo mogę o nie zapytać?, pl",
            "Siparişim ne zaman gelecek ve kime sorabilirim?, tr",
            "Kapan pesanan saya tiba dan kepada siapa saya bisa bertanya?, id",
            "Khi nào đơn hàng của tôi sẽ đến và tôi có thể hỏi ai?, vi",
            "Когда придёт мой заказ и у кого я могу об этом спросить?, ru",
            "Коли прийде моє замовлення і в кого я можу про це запитати?, uk",
            "متى سيصل طلبي ومن يمكنني أن أسأل عنه؟, ar",
            "سفارش من کی می‌رسد و از چه کسی می‌توانم بپرسم؟, fa",
            "मेरा ऑर्डर कब आएगा और मैं किससे पूछ सकता हूँ?, hi",
        })
        void libraryDistinguishesLanguagesOfOneScript(String text, String language) {
            assertThat(language(text)).isEqualTo(language);
        }

        @Test
        void fewLettersHaveNoLanguage() {
            assertThat(language("ok yes")).isEmpty();
        }
    }
}
