package dev.millrace.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.connection.ConnectionLimit.Place;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
    private final ConnectionLimit limit = new ConnectionLimit(4, _ -> new byte[0]);
    private final List<String> closed = new ArrayList<>();

    private Place open(String name, String address) {
        Place place = limit.place(InetAddress.ofLiteral(address), () -> closed.add(name));
        assertThat(place.tryEnter()).isTrue();
        return place;
    }

    private Place silent(String name, String address) {
        Place place = open(name, address);
        place.beginSilence();
        return place;
    }

    private Place silentOf(String tenant, String name) {
        Place place = open(name, "10.0.0.1");
        place.belongTo(tenant);
        place.beginSilence();
        return place;
    }

    @Test
    void theOldestSilentConnectionOfTheClientWithMostIsClosed() {
        silent("other", "10.0.0.1");
        silent("first", "10.0.0.2");
        silent("second", "10.0.0.2");
        silent("third", "10.0.0.2");

        open("new", "10.0.0.3");
        open("newer", "10.0.0.3");

        assertThat(closed).containsExactly("first", "second");
        assertThat(limit.open()).isEqualTo(4);
        assertThat(limit.displaced()).isEqualTo(2);
    }

    @Test
    void aConnectionThatWasClosedForAnotherNeverEntersAgain() {
        Place oldest = silent("oldest", "10.0.0.1");
        for (int i = 0; i < 4; i++) {
            open("new", "10.0.0.2").leave();
        }
        var others = List.of(open("a", "10.0.0.2"), open("b", "10.0.0.2"), open("c", "10.0.0.2"));
        Place newest = open("newest", "10.0.0.2");
        assertThat(closed).containsExactly("oldest");
        newest.leave();
        others.forEach(Place::leave);

        assertThat(oldest.tryEnter()).isFalse();
        assertThat(limit.open()).isZero();
        assertThat(limit.refused()).isZero();
    }

    @Test
    void aRefusalCountsOnce() {
        for (int i = 0; i < 4; i++) {
            open("busy", "10.0.0.1");
        }
        Place refused = limit.place(InetAddress.ofLiteral("10.0.0.2"), () -> {});

        assertThat(refused.tryEnter()).isFalse();
        assertThat(refused.tryEnter()).isFalse();

        assertThat(limit.refused()).isEqualTo(1);
    }

    @Test
    void addressesOfOneNetworkAreOneClient() {
        silent("other", "10.0.0.1");
        silent("first", "2001:db8::1");
        silent("second", "2001:db8::2");
        silent("third", "2001:db8:0:1::1");

        open("new", "10.0.0.3");

        assertThat(closed).containsExactly("first");
    }

    @Test
    void connectionsOfTenantsAreClosedLast() {
        silentOf("a", "a1");
        silentOf("a", "a2");
        silentOf("b", "b1");
        silent("stranger", "10.0.0.2");

        open("new", "10.0.0.3");
        open("newer", "10.0.0.3");

        assertThat(closed).containsExactly("stranger", "a1");
    }

    @Test
    void aConnectionWithARequestIsNotClosed() {
        for (int i = 0; i < 4; i++) {
            assertThat(silent("busy", "10.0.0.1").endSilence()).isTrue();
        }

        Place place = limit.place(InetAddress.ofLiteral("10.0.0.2"), () -> {});

        assertThat(place.tryEnter()).isFalse();
        assertThat(closed).isEmpty();
        assertThat(limit.refused()).isEqualTo(1);
    }

    @Test
    void aClosedConnectionHandlesNoRequestAndLeavesOnce() {
        Place first = silent("first", "10.0.0.1");
        for (int i = 0; i < 4; i++) {
            open("other", "10.0.0.2");
        }

        assertThat(first.endSilence()).isFalse();
        first.leave();

        assertThat(limit.open()).isEqualTo(4);
    }
}
