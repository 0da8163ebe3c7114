package dev.millrace.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;

class JsonObjectEditTest {
    private static final String RENAMED = "max_completion_tokens";

    private final JsonObjectEdit edit = new JsonObjectEdit();

    private String edited(String object) {
        byte[] around = (" [" + object + "] ").getBytes(UTF_8);
        return new String(edit.apply(around, 2, around.length - 2), UTF_8);
    }

    @Nested
    class SettingAValue {
        SettingAValue() {
            edit.set("b", "true");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                        {"a":1,"b":2,"c":3}              | {"a":1,"b":true,"c":3}
                        {"b":"x, } \\" :"}               | {"b":true}
                        { "a" : 1 , "b" : [2 , 3] , "c":3 } | { "a" : 1 , "b" : true , "c":3 }
                        {"b":{"b":2},"a":{"b":3}}        | {"b":true,"a":{"b":3}}
                        {"\\u0062":1.50e1}               | {"\\u0062":true}
                        {"a":[{"b":null}]}               | {"a":[{"b":null}],"b":true}
                        {"a":1 }                         | {"a":1,"b":true }
                        {}                               | {"b":true}
                        { }                              | {"b":true }
                        {"b":1,"a":2,"b":3,"b":4}        | {"b":true,"a":2}
                        """)
        void valueIsReplacedOrAdded(String object, String expected) {
            assertThat(edited(object)).isEqualTo(expected);
        }

        @Test
        void severalMissingKeysAreAddedInTheirOrder() {
            edit.set("c", "\"é\"").set("d", "4");

            assertThat(edited("{\"a\":1}")).isEqualTo("{\"a\":1,\"b\":true,\"c\":\"é\",\"d\":4}");
        }
    }

    @Nested
    class RemovingAKey {
        RemovingAKey() {
            edit.remove("b");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                        {"b":1,"a":2}                    | {"a":2}
                        {"a":1,"b":2,"c":3}              | {"a":1,"c":3}
                        {"a":1,"b":{"b":[","]}}          | {"a":1}
                        { "a":1 , "b":2 , "b":3 }        | { "a":1 }
                        { "b":1 , "a":2 , "b":3 }        | { "a":2 }
                        { "b" : 1 }                      | {  }
                        {"a":{"b":1},"\\u0062":2}        | {"a":{"b":1}}
                        {"a":1}                          | {"a":1}
                        {}                               | {}
                        """)
        void everyFieldWithTheKeyIsRemoved(String object, String expected) {
            assertThat(edited(object)).isEqualTo(expected);
        }

        @Test
        void lastFieldIsReplacedByAnAddedOne() {
            edit.set("c", "3");

            assertThat(edited("{\"b\":1}")).isEqualTo("{\"c\":3}");
            assertThat(edited("{\"a\":0, \"b\":1}")).isEqualTo("{\"a\":0,\"c\":3}");
        }
    }

    @Nested
    class RenamingAKey {
        RenamingAKey() {
            edit.rename("max_tokens", RENAMED);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                        {"max_tokens" : 5 ,"a":1}         | {"max_completion_tokens" : 5 ,"a":1}
                        {"a":{"max_tokens":1},"max\\u005Ftokens":"x"} | {"a":{"max_tokens":1},"max_completion_tokens":"x"}
                        {"max_tokens":1,"max_tokens":2}   | {"max_completion_tokens":1,"max_completion_tokens":2}
                        {"a":1}                           | {"a":1}
                        """)
        void keyIsReplacedAndTheValueKept(String object, String expected) {
            assertThat(edited(object)).isEqualTo(expected);
        }

        @Test
        void objectWithBothKeysIsNotRenamed() {
            for (String both :
                    List.of(
                            "{\"max_tokens\":1,\"max_completion_tokens\":2}",
                            "{\"max_completion_tokens\":2, \"max_tokens\":1}")) {
                assertThat(edited(both)).isEqualTo(both);
            }
        }

        @Test
        void otherOperationsApplyWhenARenamingDoesNot() {
            edit.remove("a").rename("c", "d");

            assertThat(edited("{\"max_tokens\":1,\"a\":0,\"max_completion_tokens\":2,\"c\":3}"))
                    .isEqualTo("{\"max_tokens\":1,\"max_completion_tokens\":2,\"d\":3}");
        }
    }

    @Nested
    class EditingANestedObject {
        EditingANestedObject() {
            edit.edit("o", new JsonObjectEdit().set("x", "true"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                        {"o":{"y" : 1},"x":0}      | {"o":{"y" : 1,"x":true},"x":0}
                        {"a":1,"o": {"x":false} }  | {"a":1,"o": {"x":true} }
                        {"o":null}                 | {"o":{"x":true}}
                        {"o":"{"}                  | {"o":{"x":true}}
                        {"a":1}                    | {"a":1,"o":{"x":true}}
                        """)
        void valueIsEditedOrAdded(String object, String expected) {
            assertThat(edited(object)).isEqualTo(expected);
        }
    }

    @Test
    void laterOperationOnAKeyReplacesTheEarlierOne() {
        assertThat(edit.isEmpty()).isTrue();
        edit.set("a", "1").remove("a");

        assertThat(edit.isEmpty()).isFalse();
        assertThat(edited("{\"a\":0}")).isEqualTo("{}");
    }

    @Test
    void cutOffObjectIsRefused() {
        assertThatThrownBy(() -> edited("{\"a\":")).isInstanceOf(JacksonException.class);
    }

    @Property
    void fieldsThatNoOperationNamesKeepTheirBytes(@ForAll("fields") List<String> fields) {
        var changes = new JsonObjectEdit().remove("gone").set("set", "[]");
        String object = "{" + String.join(",", fields) + "}";
        byte[] bytes = object.getBytes(UTF_8);

        String kept =
                fields.stream()
                        .filter(field -> !field.contains("\"gone\""))
                        .collect(Collectors.joining(","));
        assertThat(new String(changes.apply(bytes, 0, bytes.length), UTF_8).replaceAll("\\s", ""))
                .isEqualTo(
                        "{"
                                + kept.replaceAll("\\s", "")
                                + (kept.isEmpty() ? "" : ",")
                                + "\"set\":[]}");
    }

    @Provide
    Arbitrary<List<String>> fields() {
        Arbitrary<String> space = Arbitraries.of("", " ", "\t", "\r\n  ");
        Arbitrary<String> field =
                Arbitraries.of(
                        "\"gone\":%s1",
                        "\"gone\"%s:{\"gone\":[]}",
                        "\"n\":%s-1.5E+3",
                        "\"t\"%s:\"gone,\\\"}😀\"",
                        "\"l\":[{\"set\":%s1},{}]",
                        "\"o\":{%s}",
                        "\"b\":true%s");
        return Combinators.combine(space, field, space, space)
                .as((before, it, inside, after) -> before + it.formatted(inside) + after)
                .list()
                .ofMaxSize(6);
    }
}
