/** Tests of the embedded broker. */
@NullMarked
package dev.millrace.standalone.broker;

import org.jspecify.annotations.NullMarked;
