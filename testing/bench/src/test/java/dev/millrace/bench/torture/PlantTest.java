package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A renamed method fails these tests, and not only the run that plants its fault. */
class PlantTest {
    private static byte[] bytes(Plant plant) throws IOException {
        String file = "/" + plant.owner().replace('.', '/') + ".class";
        try (InputStream in = PlantTest.class.getResourceAsStream(file)) {
            return Objects.requireNonNull(in, plant.owner()).readAllBytes();
        }
    }

    private static List<String> types(ClassModel model, String method) {
        return model.methods().stream()
                .filter(it -> it.methodName().equalsString(method))
                .map(MethodModel::methodTypeSymbol)
                .map(it -> it.displayDescriptor())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void replacesTheOneMethodOfItsName(Plant plant) throws IOException {
        byte[] bytes = bytes(plant);

        byte[] planted = PlantAgent.planted(plant, bytes);

        ClassModel after = ClassFile.of().parse(planted);
        assertThat(types(ClassFile.of().parse(bytes), plant.method()))
                .containsExactly(plant.type());
        assertThat(types(after, plant.method())).containsExactly(plant.type());
        assertThat(types(after, PlantAgent.ORIGINAL)).containsExactly(plant.type());
        assertThat(ClassFile.of().verify(after)).isEmpty();
    }
}
