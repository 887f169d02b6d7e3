/// PNG and JPEG behind the port of `inference`.
@NullMarked
package dev.sluice.image;

import org.jspecify.annotations.NullMarked;
