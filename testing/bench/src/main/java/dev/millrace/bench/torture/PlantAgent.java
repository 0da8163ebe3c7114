package dev.millrace.bench.torture;

import static java.lang.constant.ConstantDescs.CD_Boolean;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc.Kind;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * The Java agent that plants a fault into a service while the service loads its classes.
 *
 * @param plant the fault
 */
public record PlantAgent(Plant plant) implements ClassFileTransformer {
    static final String ORIGINAL = "original$";
    private static final ClassDesc AGENT = ClassDesc.of(PlantAgent.class.getName());
    private static final MethodTypeDesc RUN =
            MethodTypeDesc.of(CD_Object, CD_String, CD_MethodHandle, CD_Object.arrayType());

    /** Returns the option of a JVM that plants the fault. */
    static String option(Plant plant) {
        String jar = PlantAgent.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return "-javaagent:" + jar + "=" + plant.name();
    }

    /** Called by the JVM before the service starts, with the constant of the plant. */
    public static void premain(String plant, Instrumentation instrumentation) {
        instrumentation.addTransformer(new PlantAgent(Plant.valueOf(plant)));
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> redefined,
            ProtectionDomain domain,
            byte[] bytes) {
        return name.replace('/', '.').equals(plant.owner()) ? planted(plant, bytes) : null;
    }

    /** Called by the planted method, with the receiver and the arguments. */
    public static @Nullable Object run(String plant, MethodHandle original, Object[] call)
            throws Throwable {
        return Plant.valueOf(plant).run(original, call);
    }

    /** Returns a class in which the plant's method is replaced. */
    static byte[] planted(Plant plant, byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        return ClassFile.of()
                .transformClass(
                        model,
                        (builder, element) -> {
                            if (element instanceof MethodModel method
                                    && method.methodName().equalsString(plant.method())) {
                                MethodTypeDesc type = method.methodTypeSymbol();
                                int flags = method.flags().flagsMask();
                                builder.withMethod(ORIGINAL, type, flags, method::forEach);
                                builder.withMethodBody(
                                        plant.method(),
                                        type,
                                        flags,
                                        code -> emit(code, plant, model, type));
                            } else {
                                builder.with(element);
                            }
                        });
    }

    /** Emits a call of {@link #run}. All parameters are references. */
    private static void emit(CodeBuilder code, Plant plant, ClassModel model, MethodTypeDesc type) {
        ClassDesc owner = model.thisClass().asSymbol();
        code.loadConstant(plant.name())
                .loadConstant(MethodHandleDesc.ofMethod(Kind.VIRTUAL, owner, ORIGINAL, type))
                .loadConstant(1 + type.parameterCount())
                .anewarray(CD_Object);
        for (int i = 0; i <= type.parameterCount(); i++) {
            code.dup().loadConstant(i).aload(i).aastore();
        }
        code.invokestatic(AGENT, "run", RUN);
        ClassDesc result = type.returnType();
        if (result.equals(CD_boolean)) {
            code.checkcast(CD_Boolean)
                    .invokevirtual(CD_Boolean, "booleanValue", MethodTypeDesc.of(result));
        } else if (!result.equals(CD_void)) {
            code.checkcast(result);
        }
        code.return_(TypeKind.from(result));
    }
}
