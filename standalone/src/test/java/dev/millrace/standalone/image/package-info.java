/** Tests of the container image, which need a container engine and the built image. */
@NullMarked
package dev.millrace.standalone.image;

import org.jspecify.annotations.NullMarked;
