package dev.millrace.spring;

import dev.millrace.client.MillraceClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Gives an application a client, unless it has one, and starts its listeners. */
@AutoConfiguration
@EnableConfigurationProperties(MillraceProperties.class)
public class MillraceAutoConfiguration {
    /** Creates the client, which connects on first use. */
    @Bean
    @ConditionalOnMissingBean
    public MillraceClient millraceClient(MillraceProperties properties) {
        return MillraceClient.connect(properties.options());
    }

    /** Finds the methods with {@link MillraceListener}. */
    @Bean
    public static ListenerMethods millraceListenerMethods() {
        return new ListenerMethods();
    }
}
