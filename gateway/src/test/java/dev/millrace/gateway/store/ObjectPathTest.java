package dev.millrace.gateway.store;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.gateway.store.ObjectPath.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "../x", "a/b", "a\\b", "A", "a b", "a\0", "-", "a\n", "ä"})
    void nameThatCouldLeaveTheFolderIsNoName(String name) {
        TenantFolder tenant = TenantFolder.of("acme");

        assertThrows(
                IllegalArgumentException.class, () -> new ObjectPath(tenant, Kind.FILES, name));
    }
}
