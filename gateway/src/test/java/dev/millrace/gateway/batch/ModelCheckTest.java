package dev.millrace.gateway.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.file.FileLimits;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.CallerLimits;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.tenant.TenantSlots;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckTest {
    private static final String MODEL = "gpt-4.1";

    private final TenantSlots slots = new TenantSlots(2, 1);

    /** True if the file was read on the virtual thread of the request. */
    private final AtomicBoolean isReadByRequest = new AtomicBoolean();

    private UploadedFiles files;
    private ModelCheck check;

    @BeforeEach
    void open(@TempDir Path folder) {
        files =
                new UploadedFiles(
                        new DiskFileStore(folder),
                        new FileLimits(1 << 20, 100, Duration.ofDays(1)),
                        InstantSource.system(),
                        new SecureRandom());
        check = new ModelCheck(files, 1 << 16, slots);
    }

    private String upload(String tenant, String model) throws Exception {
        try (var upload = files.begin(tenant)) {
            String line =
                    "{\"custom_id\":\"1\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                            + "\"body\":{\"model\":\""
                            + model
                            + "\",\"messages\":[]}}\n";
            upload.out().write(line.getBytes(UTF_8));
            return upload.complete("f.jsonl", "batch", Optional.empty()).id();
        }
    }

    /** Returns a caller who may name one model. */
    private Caller caller(String tenant) {
        var limits =
                new CallerLimits() {
                    @Override
                    public boolean permits(String model) {
                        if (model.equals(MODEL)) {
                            isReadByRequest.set(Thread.currentThread().isVirtual());
                        }
                        return model.equals(MODEL);
                    }

                    @Override
                    public Admission admit(long tokens) {
                        return _ -> {};
                    }

                    @Override
                    public Map<String, String> headers(ApiStyle style) {
                        return Map.of();
                    }
                };
        return new Caller("ada", tenant, "batch", Optional.empty(), KeyRights.CALLS, limits);
    }

    @Test
    void fileWithAnotherModelIsRefused() throws Exception {
        String file = upload("acme", "gpt-5");

        assertThatThrownBy(() -> check.check(caller("acme"), file))
                .isInstanceOfSatisfying(
                        ApiError.class, it -> assertThat(it.code()).isEqualTo("model_not_allowed"));
        assertThat(slots.taken()).isZero();
    }

    @Test
    void checksOfOneTenantLeaveRoomForOthers() throws Exception {
        String file = upload("acme", MODEL);
        assertThat(slots.tryAcquire("acme")).isTrue();

        assertThatThrownBy(() -> check.check(caller("acme"), file))
                .isInstanceOfSatisfying(
                        ApiError.class,
                        it -> assertThat(it.kind()).isEqualTo(ErrorKind.RATE_LIMITED));
        check.check(caller("globex"), upload("globex", MODEL));
        assertThat(slots.taken()).isOne();
    }

    @Test
    void checkDoesNotOccupyTheThreadsThatServeOtherRequests() throws Exception {
        String file = upload("acme", MODEL);
        var request =
                new FutureTask<>(
                        () -> {
                            check.check(caller("acme"), file);
                            return true;
                        });
        Thread.startVirtualThread(request);

        assertThat(request.get()).isTrue();
        assertThat(isReadByRequest).isFalse();
    }
}
