package dev.millrace.gateway.repeat;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.store.CleanupReader;
import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.ObjectPath.Kind;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code Idempotency-Key}s of requests that create files, batches and jobs. A request claims
 * its key in the store of all gateways before it creates anything; a repeat finds the claim, and
 * gets the object of the first request. Thread-safe; every method blocks.
 */
public final class RepeatedRequests {
    /**
     * Longest time from a claim to its end. An older claim belongs to a killed gateway; a repeat
     * then completes the request under the claimed id.
     */
    static final Duration LONGEST_REQUEST = Duration.ofMinutes(2);

    /** Largest number of keys that a tenant has at once; about, since gateways share no count. */
    private static final int MAX_TENANT_KEYS = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(RepeatedRequests.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final FileStore store;
    private final InstantSource clock;
    private final int maxTenantKeys;
    private final ClaimCounts counts;
    private final CountDownLatch stopped = new CountDownLatch(1);

    public RepeatedRequests(FileStore store, InstantSource clock) {
        this(store, clock, MAX_TENANT_KEYS);
    }

    RepeatedRequests(FileStore store, InstantSource clock, int maxTenantKeys) {
        this.store = store;
        this.clock = clock;
        this.maxTenantKeys = maxTenantKeys;
        counts = new ClaimCounts(store);
    }

    /**
     * The right of a request to create an object. Closing the claim before {@link #complete}
     * returns the right, so that a repeat can try again.
     */
    public final class Claim implements AutoCloseable {
        private final Optional<ObjectPath> path;
        private final StoredClaim stored;
        private final boolean isRepeat;
        private boolean isOpen;

        private Claim(Optional<ObjectPath> path, StoredClaim stored, boolean isRepeat) {
            this.path = path;
            this.stored = stored;
            this.isRepeat = isRepeat;
            isOpen = !isRepeat;
        }

        /** Returns true if an earlier request has created the object. */
        public boolean isRepeat() {
            return isRepeat;
        }

        /** Returns the id of the object, which may exist if a gateway was killed. */
        public String id() {
            return stored.id();
        }

        /**
         * Checks the digest of a request whose claim began without a digest.
         *
         * @throws ApiError if the key was used for another request
         */
        public void check(String digest) {
            if (isRepeat && !stored.digest().equals(digest)) {
                throw reused();
            }
        }

        /** Records that the object exists. A failure does not undo that, and is only logged. */
        public void complete(String digest, String id) {
            isOpen = false;
            if (path.isPresent()) {
                var done = new StoredClaim(digest, id, stored.at(), true);
                try {
                    store.write(path.get(), done.toJson());
                } catch (StorageException e) {
                    logFailure(e);
                }
            }
        }

        @Override
        public void close() {
            if (isOpen && path.isPresent()) {
                isOpen = false;
                try {
                    if (store.delete(path.get())) {
                        counts.onDeleted(path.get().tenant());
                    }
                } catch (StorageException e) {
                    logFailure(e);
                }
            }
        }

        private static void logFailure(StorageException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("The claim of an Idempotency-Key cannot be changed now");
        }
    }

    /**
     * Claims the key of a request. A request without a key gets a claim that ends with the request.
     * Waits for an unfinished request with an equal key.
     *
     * @param digest digest of the request; empty if its body has not been read
     * @param id id of the object if the key is new
     * @throws ApiError if the key was used for another request, its request does not end, or the
     *     key is new and the tenant has too many
     * @throws StorageException if the store fails
     */
    public Claim claim(Exchange exchange, String digest, String id)
            throws StorageException, InterruptedException {
        var mine = new StoredClaim(digest, id, clock.instant(), false);
        Optional<String> key = exchange.idempotencyKey();
        if (key.isEmpty()) {
            return new Claim(Optional.empty(), mine, false);
        }
        ObjectPath path = path(exchange, key.get());
        for (long looks = LONGEST_WAIT.dividedBy(LOOK_EVERY); looks > 0; looks--) {
            requireRoom(path);
            if (store.writeNew(path, mine.toJson())) {
                counts.onWritten(path.tenant());
                return new Claim(Optional.of(path), mine, false);
            }
            Optional<StoredClaim> present = store.read(path, StoredClaim::read);
            if (present.isPresent()) {
                Optional<Claim> claim = claim(path, present.get(), digest);
                if (claim.isPresent()) {
                    return claim.get();
                }
                if (stopped.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw inProgress();
                }
            }
        }
        throw inProgress();
    }

    /**
     * Refuses a new key of a tenant that has too many, or of any tenant while the store has no
     * room. A repeat is never refused.
     */
    private void requireRoom(ObjectPath path) throws StorageException {
        if (!store.hasRoom() && store.read(path).isEmpty()) {
            throw ApiError.diskFull(
                    "the disk of the gateway's files is almost full, so that no Idempotency-Key can"
                            + " be kept; repeat the request later");
        }
        if (counts.of(path.tenant()) >= maxTenantKeys && store.read(path).isEmpty()) {
            throw ApiError.of(
                    ErrorKind.TOO_LARGE,
                    "storage_limit",
                    ("the tenant has %,d Idempotency-Keys already; send new requests without one"
                                    + " until the oldest are forgotten (gateway.files.retention)")
                            .formatted(maxTenantKeys));
        }
    }

    private static ApiError inProgress() {
        return ApiError.of(
                        ErrorKind.CONFLICT,
                        "idempotency_in_progress",
                        "a request with this Idempotency-Key is still being answered; repeat this"
                                + " one later")
                .retryAfter(RETRY_AFTER);
    }

    /** Ends the waits for unfinished requests, so that the web server can stop. */
    public void endWaits() {
        stopped.countDown();
    }

    private static ObjectPath path(Exchange exchange, String key) {
        var name = new BodyDigest(exchange.caller().batch());
        name.add(key);
        return new ObjectPath(
                TenantFolder.of(exchange.caller().tenant()), Kind.REQUESTS, name.end());
    }

    /** Returns the claim on a key that was claimed before; empty while its request runs. */
    private Optional<Claim> claim(ObjectPath path, StoredClaim present, String digest)
            throws StorageException {
        boolean isKnown = !digest.isEmpty() && !present.digest().isEmpty();
        if (isKnown && !present.digest().equals(digest)) {
            throw reused();
        }
        if (present.isDone()) {
            return Optional.of(new Claim(Optional.of(path), present, true));
        }
        Instant now = clock.instant();
        if (now.isBefore(present.at().plus(LONGEST_REQUEST))) {
            return Optional.empty();
        }
        var continued = new StoredClaim(digest, present.id(), now, false);
        store.write(path, continued.toJson());
        return Optional.of(new Claim(Optional.of(path), continued, false));
    }

    private static ApiError reused() {
        return ApiError.of(
                ErrorKind.UNPROCESSABLE,
                "idempotency_error",
                "the Idempotency-Key was already used for a request with another path or body; use"
                        + " a new key for a new request");
    }

    /** Forgets the keys of requests that began before a time. */
    public void deleteBefore(Instant time) throws StorageException {
        try (var records = new CleanupReader(store)) {
            for (TenantFolder tenant : store.tenants()) {
                int kept = 0;
                for (String name : store.names(tenant, Kind.REQUESTS)) {
                    var path = new ObjectPath(tenant, Kind.REQUESTS, name);
                    Optional<StoredClaim> claim = records.read(path, StoredClaim::read);
                    if (claim.isPresent() && claim.get().at().isBefore(time)) {
                        var _ = store.delete(path);
                    } else {
                        kept++;
                    }
                }
                counts.set(tenant, kept);
            }
        }
    }

    /** Forgets the keys of a tenant's requests that have created the selected objects. */
    public static void delete(FileStore store, TenantFolder tenant, Predicate<String> createdId)
            throws StorageException {
        for (String name : store.names(tenant, Kind.REQUESTS)) {
            var path = new ObjectPath(tenant, Kind.REQUESTS, name);
            Optional<StoredClaim> claim = store.read(path, StoredClaim::read);
            if (claim.filter(it -> createdId.test(it.id())).isPresent()) {
                var _ = store.delete(path);
            }
        }
    }
}
