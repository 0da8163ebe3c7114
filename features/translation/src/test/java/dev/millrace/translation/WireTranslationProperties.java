package dev.millrace.translation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.translate.Translation.Answer;
import dev.millrace.wire.translate.Translation.Request;
import dev.millrace.wire.translate.Translation.Target;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Domain(Bodies.class)
@Domain(DomainContext.Global.class)
class WireTranslationProperties {
    private static final Target TARGET =
            new Target("m", "max_completion_tokens", 4096, Optional.empty());
    private static final String OPAQUE = "schema|input_schema|parameters|input|cache_control";
    private static final Price PRICE =
            new Price(
                    new BigDecimal("3"),
                    new BigDecimal("0.3"),
                    new BigDecimal("3.75"),
                    new BigDecimal("6"),
                    new BigDecimal("15"),
                    Optional.empty());

    @Property
    void chatRequestsSurviveTheWayThereAndBack(@ForAll Bodies.ChatBody request) {
        JsonNode sent = there(WireTranslation.CHAT_TO_MESSAGES, request.json());

        assertThat(there(WireTranslation.MESSAGES_TO_CHAT, sent)).isEqualTo(request.json());
    }

    @Property
    void messagesRequestsSurviveTheWayThereAndBack(@ForAll Bodies.ChatBody request) {
        JsonNode messages = there(WireTranslation.CHAT_TO_MESSAGES, request.json());
        JsonNode sent = there(WireTranslation.MESSAGES_TO_CHAT, messages);

        assertThat(there(WireTranslation.CHAT_TO_MESSAGES, sent)).isEqualTo(messages);
    }

    private static JsonNode there(WireTranslation translation, JsonNode body) {
        byte[] bytes = JsonTree.bytes(body);
        return switch (translation.request(bytes, new Span(0, bytes.length), TARGET)) {
            case Request.Translated done -> {
                assertThat(done.omitted()).isEmpty();
                yield JsonTree.parse(done.body()).orElseThrow();
            }
            case Request.Refused refused -> throw new AssertionError(refused);
        };
    }

    @Property
    void answersSurviveTheWayThereAndBack(@ForAll Bodies.MessagesBody answer) {
        var usage = ReportedUsage.of(Endpoint.MESSAGES, answer.json());
        JsonNode completion = back(WireTranslation.CHAT_TO_MESSAGES, answer.json(), usage);
        var read = ReportedUsage.of(Endpoint.CHAT_COMPLETIONS, completion);

        assertThat(back(WireTranslation.MESSAGES_TO_CHAT, completion, read))
                .isEqualTo(answer.json());
    }

    private static JsonNode back(
            WireTranslation translation, JsonNode body, Optional<TokenUsage> usage) {
        return switch (translation.answer(JsonTree.bytes(body), usage, Instant.EPOCH)) {
            case Answer.Translated done -> {
                assertThat(done.omitted()).isEmpty();
                yield JsonTree.parse(done.body()).orElseThrow();
            }
            case Answer.Unusable unusable -> throw new AssertionError(unusable);
        };
    }

    @Property
    void translatedAnswersCostWhatTheProviderBilled(
            @ForAll FieldsOfAnswer side, @ForAll("usages") TokenUsage usage) {
        JsonNode received = side.golden.received();
        JsonNode answer = back(side.translation, received, Optional.of(usage));
        Endpoint job =
                side.translation == WireTranslation.CHAT_TO_MESSAGES
                        ? Endpoint.CHAT_COMPLETIONS
                        : Endpoint.MESSAGES;
        TokenUsage read = ReportedUsage.of(job, answer).orElseThrow();

        assertThat(PRICE.costOf(read)).isEqualTo(PRICE.costOf(usage));
        assertThat(read).isEqualTo(usage);
    }

    /** Answers without omitted fields. */
    enum FieldsOfAnswer {
        MESSAGES(WireTranslation.CHAT_TO_MESSAGES, GoldenExchange.CHAT_SCHEMA),
        CHAT(WireTranslation.MESSAGES_TO_CHAT, GoldenExchange.MESSAGES_REFUSAL);

        private final WireTranslation translation;
        private final GoldenExchange golden;

        FieldsOfAnswer(WireTranslation translation, GoldenExchange golden) {
            this.translation = translation;
            this.golden = golden;
        }
    }

    @Provide
    Arbitrary<TokenUsage> usages() {
        return Arbitraries.longs()
                .between(0, 1_000_000_000)
                .list()
                .ofSize(5)
                .map(
                        it ->
                                new TokenUsage(
                                        it.get(0) + it.get(1) + it.get(2),
                                        it.get(1),
                                        it.get(2),
                                        it.get(3) + it.get(4),
                                        it.get(4)));
    }

    @Property
    void unknownFieldsOfRequestsAreRefusedByName(
            @ForAll GoldenExchange golden, @ForAll @IntRange(max = 1_000) int at) {
        JsonNode request = golden.request();
        String path = addUnknown(request, "body", at);

        assertThat(golden.requests().translate(request).refused())
                .isEqualTo(
                        path
                                + ".unknown is not a known field of "
                                + (golden.name().startsWith("CHAT")
                                        ? "chat completions"
                                        : "messages"));
    }

    @Property
    void unknownFieldsOfAnswersAreNamed(
            @ForAll GoldenExchange golden, @ForAll @IntRange(max = 1_000) int at) {
        JsonNode received = golden.received();
        addUnknown(received, "", at);
        FieldCases.Outcome outcome = golden.answers().translate(received);

        assertThat(outcome.body()).isEqualTo(golden.answer());
        assertThat(outcome.omitted()).singleElement().asString().endsWith("unknown");
    }

    /** Adds a field to one of the body's objects and returns the object's path. */
    private static String addUnknown(JsonNode body, String path, int at) {
        var objects = new ArrayList<Place>();
        collect(body, path, objects);
        Place place = objects.get(at % objects.size());
        place.object().put("unknown", "x");
        return place.path();
    }

    private record Place(String path, ObjectNode object) {}

    /**
     * Collects all objects except objects that the user defines (schemas and inputs of tools) and
     * objects that are left out as a whole.
     */
    private static void collect(JsonNode value, String path, List<Place> places) {
        if (value.path("type").asString("").equals("thinking")) {
            return;
        }
        if (value instanceof ObjectNode object) {
            places.add(new Place(path, object));
        }
        value.properties()
                .forEach(
                        field -> {
                            if (!field.getKey().matches(OPAQUE)) {
                                collect(field.getValue(), path + "." + field.getKey(), places);
                            }
                        });
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            collect(value.get(i), path + "[" + i + "]", places);
        }
    }
}
