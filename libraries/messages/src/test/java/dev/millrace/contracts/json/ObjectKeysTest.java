package dev.millrace.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {
    private static Set<String> keys(String json, String... wanted) {
        byte[] bytes = json.getBytes(UTF_8);
        return ObjectKeys.withValue(bytes, 0, bytes.length, Set.of(wanted));
    }

    @Test
    void keysHaveTheOrderOfTheObject() {
        assertThat(keys("{\"b\":1,\"x\":2,\"a\":[{\"c\":1}]}", "a", "b", "c"))
                .containsExactly("b", "a");
    }

    @Test
    void keysOfNestedObjectsHaveTheNameOfTheirParent() {
        String json = "{\"a\":{\"x\":{\"z\":1},\"y\":[]},\"x\":{},\"b\":[{\"x\":1}]}";

        assertThat(keys(json, "a", "a.x", "a.y", "a.z", "a.x.z", "b.x", "y"))
                .containsExactly("a", "a.x", "a.y");
    }

    @Test
    void keysWithoutValueAreLeftOut() {
        assertThat(keys("{\"a\":null,\"b\":{\"x\":null,\"y\":false}}", "a", "b", "b.x", "b.y"))
                .containsExactly("b", "b.y");
    }
}
