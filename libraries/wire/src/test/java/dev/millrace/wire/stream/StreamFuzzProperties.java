package dev.millrace.wire.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.json.LenientJson;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Mutates the golden and the odd streams. For any input, the readers end without an exception, and
 * an answer is JSON.
 */
class StreamFuzzProperties {
    private static final List<OddStream> STREAMS = OddStream.all().toList();

    /** A change of a stream; positions wrap around its length. */
    sealed interface Mutation {
        byte[] of(byte[] stream);

        record Flip(int at, byte value) implements Mutation {
            @Override
            public byte[] of(byte[] stream) {
                byte[] changed = stream.clone();
                changed[at % stream.length] = value;
                return changed;
            }
        }

        record Cut(int start, int length) implements Mutation {
            @Override
            public byte[] of(byte[] stream) {
                int from = start % stream.length;
                int to = Math.min(stream.length, from + length);
                return join(
                        Arrays.copyOf(stream, from), Arrays.copyOfRange(stream, to, stream.length));
            }
        }

        record Repeat(int start, int length) implements Mutation {
            @Override
            public byte[] of(byte[] stream) {
                int from = start % stream.length;
                int to = Math.min(stream.length, from + length);
                return join(
                        Arrays.copyOf(stream, to), Arrays.copyOfRange(stream, from, stream.length));
            }
        }

        record Insert(int at, byte[] bytes) implements Mutation {
            @Override
            public byte[] of(byte[] stream) {
                int from = at % stream.length;
                return join(
                        join(Arrays.copyOf(stream, from), bytes),
                        Arrays.copyOfRange(stream, from, stream.length));
            }
        }

        private static byte[] join(byte[] first, byte[] second) {
            byte[] joined = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, joined, first.length, second.length);
            return joined;
        }
    }

    @Provide
    Arbitrary<OddStream> streams() {
        return Arbitraries.of(STREAMS);
    }

    @Provide
    Arbitrary<List<Mutation>> mutations() {
        var position = Arbitraries.integers().between(0, 100_000);
        var length = Arbitraries.integers().between(1, 400);
        var token =
                Arbitraries.of(
                                "null",
                                "\n\n",
                                "\r",
                                "\"\"",
                                "{}",
                                "[]",
                                "-1",
                                "1e999999999",
                                "[DONE]",
                                "data: ",
                                "event: error\n",
                                "\0",
                                "\uFEFF",
                                "NaN",
                                "\"index\":-9",
                                "\\")
                        .map(String::getBytes);
        Arbitrary<Mutation> flip =
                position.flatMap(at -> Arbitraries.bytes().map(b -> new Mutation.Flip(at, b)));
        Arbitrary<Mutation> cut = position.flatMap(at -> length.map(n -> new Mutation.Cut(at, n)));
        Arbitrary<Mutation> repeat =
                position.flatMap(at -> length.map(n -> new Mutation.Repeat(at, n)));
        Arbitrary<Mutation> insert =
                position.flatMap(at -> token.map(b -> new Mutation.Insert(at, b)));
        return Arbitraries.oneOf(flip, cut, repeat, insert).list().ofMinSize(1).ofMaxSize(6);
    }

    private static byte[] mutated(OddStream odd, List<Mutation> mutations) {
        byte[] stream = odd.bytes();
        for (Mutation mutation : mutations) {
            if (stream.length > 0) {
                stream = mutation.of(stream);
            }
        }
        return stream;
    }

    @Property
    void noStreamThrowsAndEveryAnswerIsJson(
            @ForAll("streams") OddStream odd,
            @ForAll("mutations") List<Mutation> mutations,
            @ForAll @IntRange(min = 1, max = 500) int pieceBytes) {
        AssembledAnswer answer = odd.assemble(mutated(odd, mutations), pieceBytes);

        switch (answer) {
            case AssembledAnswer.Complete complete -> assertJson(complete.body());
            case AssembledAnswer.Failed failed -> assertJson(failed.errorBody());
            case AssembledAnswer.Incomplete incomplete -> assertUsage(incomplete.partial());
            case AssembledAnswer.Malformed malformed -> assertUsage(malformed.partial());
            case AssembledAnswer.TooLarge tooLarge -> assertUsage(tooLarge.partial());
        }
    }

    private static void assertJson(byte[] json) {
        assertThat(JsonTree.parse(json)).isPresent();
    }

    private static void assertUsage(PartialAnswer partial) {
        assertThat(partial.usage().isEmpty() || JsonTree.parse(partial.usage()).isPresent())
                .isTrue();
    }

    @Property
    void noBodyThrows(
            @ForAll("streams") OddStream odd, @ForAll("mutations") List<Mutation> mutations) {
        byte[] body = mutated(odd, mutations);

        assertThat(AnswerBody.of(odd.expected(), body)).isNotNull();
        assertThat(AnswerBody.beginning(body, body.length)).isNotNull();
    }

    @Property
    void repairedJsonIsStrictJson(
            @ForAll("streams") OddStream odd, @ForAll("mutations") List<Mutation> mutations) {
        var objects = LenientJson.objects(mutated(odd, mutations), 1_000);

        assertThat(objects.values()).allMatch(JsonBytes::isJson);
    }
}
