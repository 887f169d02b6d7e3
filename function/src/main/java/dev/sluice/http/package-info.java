/// Netty: sockets, framing, bodies. A shell around `api`.
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
