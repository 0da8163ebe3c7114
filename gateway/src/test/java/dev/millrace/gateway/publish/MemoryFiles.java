package dev.millrace.gateway.publish;

import dev.millrace.gateway.store.FileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.StorageException;
import dev.millrace.gateway.store.TenantFolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Objects in memory. A test can make writes fail. */
final class MemoryFiles implements FileStore {
    private final Map<ObjectPath, byte[]> objects = new HashMap<>();
    private final BooleanSupplier isFull;

    /**
     * @param isFull asked before each write
     */
    MemoryFiles(BooleanSupplier isFull) {
        this.isFull = isFull;
    }

    @Override
    public void check() {}

    @Override
    public int draftBytes() {
        return 0;
    }

    @Override
    public Draft create(ObjectPath path) {
        return new MemoryDraft(path);
    }

    @Override
    public Optional<InputStream> open(ObjectPath path) {
        return Optional.ofNullable(objects.get(path)).map(ByteArrayInputStream::new);
    }

    @Override
    public boolean delete(ObjectPath path) {
        return objects.remove(path) != null;
    }

    @Override
    public List<String> names(TenantFolder tenant, ObjectPath.Kind kind) {
        return objects.keySet().stream()
                .filter(it -> it.tenant().equals(tenant) && it.kind() == kind)
                .map(ObjectPath::name)
                .sorted()
                .toList();
    }

    @Override
    public Usage usage(TenantFolder tenant, ObjectPath.Kind kind) {
        return new Usage(names(tenant, kind).size(), 0);
    }

    @Override
    public List<TenantFolder> tenants() {
        return objects.keySet().stream().map(ObjectPath::tenant).distinct().toList();
    }

    @Override
    public void deleteDrafts(Instant before) {}

    private final class MemoryDraft implements Draft {
        private final ObjectPath path;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        MemoryDraft(ObjectPath path) {
            this.path = path;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            bytes.write(buffer, offset, length);
        }

        @Override
        public void commit() throws StorageException {
            if (isFull.getAsBoolean()) {
                throw new StorageException("the disk is full", null);
            }
            objects.put(path, bytes.toByteArray());
        }

        @Override
        public boolean commitNew() throws StorageException {
            boolean isNew = !objects.containsKey(path);
            if (isNew) {
                commit();
            }
            return isNew;
        }

        @Override
        public void close() {}
    }
}
