/** Tests of what makes the topics. */
@NullMarked
package dev.millrace.standalone.topics;

import org.jspecify.annotations.NullMarked;
