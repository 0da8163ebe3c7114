/** Tests gateways that are processes of their own beside a pipeline in this process. */
@NullMarked
package dev.millrace.standalone.gateway;

import org.jspecify.annotations.NullMarked;
