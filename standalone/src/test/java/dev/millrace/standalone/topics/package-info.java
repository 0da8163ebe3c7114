/** Tests of topic creation and adjustment. */
@NullMarked
package dev.millrace.standalone.topics;

import org.jspecify.annotations.NullMarked;
