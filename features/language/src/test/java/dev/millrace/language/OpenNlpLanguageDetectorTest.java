package dev.millrace.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class OpenNlpLanguageDetectorTest {
    private static final Set<String> ALL =
            Set.of(
                    "en", "de", "fr", "es", "it", "nl", "pl", "tr", "id", "vi", "pt", "sv", "ru",
                    "uk", "bg", "ar", "fa", "ur", "hi", "mr", "ne");

    private final OpenNlpLanguageDetector detector = new OpenNlpLanguageDetector();

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
    void languagesOfOneScriptAreDistinguished(String text, String language) {
        assertThat(detector.language(text, ALL)).contains(language);
    }

    @Test
    void otherLanguagesThanTheGivenOnesAreSkipped() {
        String german = "Wann kommt meine Bestellung an und wen kann ich danach fragen?";

        assertThat(detector.language(german, Set.of("nl", "fr"))).contains("nl");
        assertThat(detector.language(german, Set.of("xx"))).isEmpty();
    }
}
