package dev.millrace.spring;

import dev.millrace.client.MillraceClient;
import dev.millrace.consumer.Received;
import dev.millrace.contracts.output.Output;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the methods with {@link MillraceListener} while beans are created, and starts and stops
 * their threads with the application.
 */
public final class ListenerMethods implements BeanPostProcessor, BeanFactoryAware, SmartLifecycle {
    private final List<Found> found = new ArrayList<>();
    private final List<ResultListener> running = new ArrayList<>();
    private @Nullable BeanFactory beans;

    private record Found(Object bean, Method method, MillraceListener listener) {}

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = beanFactory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        Map<Method, MillraceListener> methods =
                MethodIntrospector.selectMethods(
                        AopUtils.getTargetClass(bean),
                        (MethodIntrospector.MetadataLookup<MillraceListener>)
                                method ->
                                        AnnotatedElementUtils.findMergedAnnotation(
                                                method, MillraceListener.class));
        methods.forEach(
                (method, listener) -> {
                    Method callable = AopUtils.selectInvocableMethod(method, bean.getClass());
                    requireParameter(callable);
                    ReflectionUtils.makeAccessible(callable);
                    found.add(new Found(bean, callable, listener));
                });
        return bean;
    }

    private static void requireParameter(Method method) {
        Class<?>[] types = method.getParameterTypes();
        if (types.length != 1
                || !(types[0] == Received.class || Output.class.isAssignableFrom(types[0]))) {
            throw new IllegalStateException(
                    method
                            + " is a @MillraceListener, so it must have one parameter, of the type"
                            + " Received, Output, or a type of Output such as Output.Result");
        }
    }

    @Override
    public synchronized void start() {
        if (beans == null) {
            throw new IllegalStateException("Spring sets the bean factory first");
        }
        if (found.isEmpty()) {
            return;
        }
        MillraceClient client = beans.getBean(MillraceClient.class);
        for (Found it : found) {
            MillraceListener listener = it.listener();
            var started =
                    new ResultListener(
                            listener.group(),
                            () -> client.results(listener.group(), listener.topics()),
                            received -> invoke(it, received));
            started.start();
            running.add(started);
        }
    }

    /** Calls the method, if the record is of its parameter's type. */
    private static void invoke(Found found, Received received) throws Exception {
        Class<?> type = found.method().getParameterTypes()[0];
        Object argument = type == Received.class ? received : received.output();
        if (type.isInstance(argument)) {
            found.method().invoke(found.bean(), argument);
        }
    }

    @Override
    public synchronized void stop() {
        running.forEach(ResultListener::close);
        running.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return !running.isEmpty();
    }
}
