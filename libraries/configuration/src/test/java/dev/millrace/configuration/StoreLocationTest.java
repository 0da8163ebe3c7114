package dev.millrace.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Violation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreLocationTest {
    @Test
    void folderIsAnyPath() {
        assertThat(StoreLocation.parse("file:../a b/files"))
                .isEqualTo(new StoreLocation.Folder(Path.of("../a b/files")));
    }

    @ParameterizedTest
    @CsvSource({
        "s3://my-bucket, my-bucket, ''",
        "s3://my-bucket/, my-bucket, ''",
        "s3://my.bucket/millrace, my.bucket, millrace",
        "s3://my-bucket/Team_1/millrace.v1/, my-bucket, Team_1/millrace.v1",
    })
    void bucketMayHaveAPrefix(String text, String name, String prefix) {
        assertThat(StoreLocation.parse(text)).isEqualTo(new StoreLocation.Bucket(name, prefix));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "file:",
                "files",
                "s3://",
                "s3:///prefix",
                "s3://ab",
                "s3://My-Bucket",
                "s3://bucket//prefix",
                "s3://bucket/../prefix",
                "s3://bucket/a b",
                "s3://key@bucket",
                "http://bucket/prefix"
            })
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> StoreLocation.parse(text))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("s3://files/millrace");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "store: 's3://files/x', max_bytes: 49GiB | max_bytes: must be at most 48GiB",
                "s3: { access_key_id: a } | secret_access_key: must be set if access_key_id is set",
                "s3: { secret_access_key: a } | access_key_id: must be set if secret_access_key",
                "s3: { endpoint: 'minio:9000' } | endpoint: must be an http or https address",
                "s3: { region: 'Frankfurt am Main' } | region: must be the name of a region",
            })
    void wrongSettingIsNamed(String files, String message) {
        var loader = new ConfigLoader(Map.of());

        assertThatThrownBy(
                        () -> loader.parse("m.yaml", "gateway: { files: { %s } }".formatted(files)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
